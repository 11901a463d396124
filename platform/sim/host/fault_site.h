// A simulated host, as rules about calls see it.

#ifndef MORTISE_PLATFORM_SIM_HOST_FAULT_SITE_H_
#define MORTISE_PLATFORM_SIM_HOST_FAULT_SITE_H_

#include <cstdint>
#include <string>

#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/site.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/platform.h"
#include "mortise/platform/sim/host_id.h"

namespace mortise {
namespace sim {

// A call that is hit by a rule is a scheduling point, even if the call itself
// is not made: a program that calls again and again gets on. Other calls are
// as if there were no rules.
//
// `host` must outlive it.
class HostFaultSite final : public fault::FaultSite {
 public:
  HostFaultSite(HostId id, SimulatedHost& host)
      : FaultSite(host.platform()), id_(id), host_(host.ref()) {}

  std::uint64_t number() const override { return id_.number(); }
  bool MovesMessages(NativeHandle handle) override;
  // Adds a line to the trace. Returns false if the run is ending.
  bool Begin(const fault::CallArguments& arguments,
             const fault::CallFault& fault, const std::string& rule) override;
  bool threads_take_turns() const override { return true; }

 private:
  const HostId id_;
  const HostRef host_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_FAULT_SITE_H_
