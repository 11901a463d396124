// The sockets of a simulated host as a table.

#ifndef MORTISE_PLATFORM_SIM_HOST_NETSTAT_H_
#define MORTISE_PLATFORM_SIM_HOST_NETSTAT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/kernel/kernel.h"

namespace mortise {
namespace sim {

// Returns a line with the name of the host, and a line for each socket. The
// same sockets give the same text on every machine. Thread safety as of Kernel.
std::string NetstatText(absl::string_view host, const Kernel& kernel);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_NETSTAT_H_
