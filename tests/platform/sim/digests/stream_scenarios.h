// Scenarios with connections.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIGESTS_STREAM_SCENARIOS_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIGESTS_STREAM_SCENARIOS_H_

#include "absl/status/status.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {

absl::Status ManyClients(Simulation& simulation);
absl::Status LossyBulk(Simulation& simulation);
absl::Status ReorderedBulk(Simulation& simulation);
absl::Status SlowReader(Simulation& simulation);
absl::Status FullBacklog(Simulation& simulation);
absl::Status HalfClosesAndResets(Simulation& simulation);
absl::Status PollerWithManyClients(Simulation& simulation);
absl::Status UnixStreams(Simulation& simulation);
absl::Status Partition(Simulation& simulation);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIGESTS_STREAM_SCENARIOS_H_
