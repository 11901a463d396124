// Variables of the environment that change simulations.

#ifndef MORTISE_PLATFORM_SIM_ENVIRONMENT_H_
#define MORTISE_PLATFORM_SIM_ENVIRONMENT_H_

#include <cstdint>
#include <optional>

namespace mortise {
namespace sim {

// Returns the number in the environment variable `name`, or nullopt if there is
// no such variable. Ends the process with a message if it is no number of 64
// bits.
std::optional<std::uint64_t> NumberFromEnvironment(const char* name);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_ENVIRONMENT_H_
