#include "mortise/tests/platform/sim/digests/scenarios.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "mortise/platform/sim/schedule/order.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/tests/platform/sim/digests/datagram_scenarios.h"
#include "mortise/tests/platform/sim/digests/stream_scenarios.h"

namespace mortise {
namespace sim {

const std::vector<Scenario>& Scenarios() {
  static const auto* const all = new std::vector<Scenario>{
      {"many_clients", &ManyClients},
      {"lossy_bulk", &LossyBulk},
      {"reordered_bulk", &ReorderedBulk},
      {"slow_reader", &SlowReader},
      {"full_backlog", &FullBacklog},
      {"half_closes_and_resets", &HalfClosesAndResets},
      {"poller", &PollerWithManyClients},
      {"unix_streams", &UnixStreams},
      {"partition", &Partition},
      {"datagrams", &Datagrams},
      {"unreachable", &Unreachable},
      {"unix_datagrams", &UnixDatagrams},
  };
  return *all;
}

std::string DigestsOfAll() {
  std::string text;
  for (const Scenario& scenario : Scenarios()) {
    absl::StrAppend(&text, scenario.name);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      SimulationOptions options;
      options.seed = seed;
      // The orders and the time that calls take should all be among them.
      if (seed % 4 == 1) options.order = Order::kPct;
      if (seed % 4 == 2) options.order = Order::kFifo;
      if (seed % 5 == 0) options.call_time = absl::Microseconds(3);
      options.require_determinism = true;
      Simulation simulation(options);
      const absl::Status status = scenario.run(simulation);
      absl::StrAppend(
          &text, " ",
          status.ok() ? DigestText(simulation.digest()) : status.ToString());
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace sim
}  // namespace mortise
