// The error numbers of Linux, on whatever system the simulation runs.

#ifndef MORTISE_PLATFORM_SIM_HOST_LINUX_ERRORS_H_
#define MORTISE_PLATFORM_SIM_HOST_LINUX_ERRORS_H_

#include <string>

#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"

namespace mortise {
namespace sim {

// Both are thread-safe and do not block.

ErrorTable LinuxErrors();

// Returns what glibc says about a number: "Connection refused".
std::string LinuxErrorText(ErrorDomain domain, int native);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_LINUX_ERRORS_H_
