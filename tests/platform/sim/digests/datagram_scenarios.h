// Scenarios with datagrams.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIGESTS_DATAGRAM_SCENARIOS_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIGESTS_DATAGRAM_SCENARIOS_H_

#include "absl/status/status.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {

absl::Status Datagrams(Simulation& simulation);
absl::Status Unreachable(Simulation& simulation);
absl::Status UnixDatagrams(Simulation& simulation);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIGESTS_DATAGRAM_SCENARIOS_H_
