// What a simulated host says about its error numbers.

#ifndef MORTISE_PLATFORM_SIM_HOST_ERRORS_H_
#define MORTISE_PLATFORM_SIM_HOST_ERRORS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_calls.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host/linux_errors.h"

namespace mortise {
namespace sim {

// Thread-safe; does not block.
class Errors final : public ErrorCalls {
 public:
  std::string Text(ErrorDomain domain, int native) const override {
    return LinuxErrorText(domain, native);
  }
  // Each number of the host has a portable code, whose name is that of Linux.
  absl::string_view Name(ErrorDomain, int) const override { return ""; }
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_ERRORS_H_
