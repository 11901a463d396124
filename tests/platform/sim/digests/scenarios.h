// Small programs whose runs must be the same on every machine.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIGESTS_SCENARIOS_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIGESTS_SCENARIOS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {

struct Scenario {
  const char* name;
  // Adds hosts and runs.
  absl::Status (*run)(Simulation& simulation);
};

// All of them.
const std::vector<Scenario>& Scenarios();

// Runs each scenario with the seeds 1 to 20. Returns a line for each: its name
// and its 20 digests. A run that fails has the text of its failure in place of
// the digest.
std::string DigestsOfAll();

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIGESTS_SCENARIOS_H_
