// Programs with one bug that can be switched off, and how soon it is found.

#ifndef MORTISE_TESTS_PLATFORM_SIM_PLANTED_PLANTED_H_
#define MORTISE_TESTS_PLATFORM_SIM_PLANTED_PLANTED_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {

enum class Bug { kPlanted, kMended };

// Runs the program once. Returns what is wrong with what it has done.
using Program =
    absl::FunctionRef<absl::Status(const SimulationOptions& options, Bug bug)>;

// Expects that one of the first `seeds` seeds finds the bug, and that the
// program without it is right with many seeds: 300, or as many as the
// environment variable MORTISE_SIM_SEEDS says.
void ExpectFoundWithin(std::uint64_t seeds, Program program);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_PLANTED_PLANTED_H_
