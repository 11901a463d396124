// The end of a process that cannot go on.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_FATAL_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_FATAL_H_

#include <string>

namespace mortise {
namespace sim {

// Writes `message` to the standard error output and ends the process with
// abort. Takes no lock other than that of the output.
[[noreturn]] void Fatal(const std::string& message);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_FATAL_H_
