// Random programs that do what programs do: most calls make sense where they
// stand, and some do not.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_GENERATOR_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_GENERATOR_H_

#include <cstddef>
#include <cstdint>

#include "mortise/tests/platform/sim/differential/program.h"

namespace mortise {
namespace differential {

// Returns a program of `length` calls. It depends on the arguments only.
// Without `has_v6` it has no sockets of AF_INET6.
Program Generate(std::uint64_t seed, std::size_t length, bool has_v6);

}  // namespace differential
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_GENERATOR_H_
