// Sockets that nobody has closed.

#ifndef MORTISE_PLATFORM_SIM_HOST_LEAKS_H_
#define MORTISE_PLATFORM_SIM_HOST_LEAKS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/kernel/kernel.h"

namespace mortise {
namespace sim {

// Returns a line for each open handle of the kernel of `host`, except for those
// that the threads in `left` have made, which still have what is on their
// stacks: "db: tcp 0.0.0.0:80 LISTEN, made by serve/2". In the order of the
// handles. Thread safety as of Kernel.
std::vector<std::string> LeaksOf(absl::string_view host, const Kernel& kernel,
                                 const std::vector<std::string>& left);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_LEAKS_H_
