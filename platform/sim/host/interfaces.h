// The network interfaces of a simulated host.

#ifndef MORTISE_PLATFORM_SIM_HOST_INTERFACES_H_
#define MORTISE_PLATFORM_SIM_HOST_INTERFACES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/interface_calls.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

// `host` must outlive it. Thread-safe; does not block.
class Interfaces final : public InterfaceCalls {
 public:
  explicit Interfaces(const HostRef& host) : host_(host) {}

  SysResult<std::uint32_t> NameToIndex(absl::string_view name) override;
  SysResult<std::string> IndexToName(std::uint32_t index) override;
  SysResult<std::vector<InterfaceEntry>> List() override;

 private:
  const HostRef host_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_INTERFACES_H_
