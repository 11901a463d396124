// A program without a network that uses all that the hooks see.

#ifndef MORTISE_TESTS_PLATFORM_SIM_HOOKS_WORKLOAD_H_
#define MORTISE_TESTS_PLATFORM_SIM_HOOKS_WORKLOAD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mortise/platform/sim/schedule/order.h"

namespace mortise {
namespace sim {

// What is known of a run when it is over.
struct WorkloadResult {
  absl::Status status;
  std::uint64_t digest = 0;
  std::vector<std::string> left_to_chance;
  std::int64_t virtual_nanoseconds = 0;
  // The order in which the threads had the lock.
  std::string holders;
};

// Six threads. They hold one lock over sleeps, wait for a condition variable
// with timeouts that race with its signals, and read the clocks. The
// destructors of their thread_local objects take the lock, too.
WorkloadResult RunWorkload(std::uint64_t seed, Order order = Order::kRandom);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_HOOKS_WORKLOAD_H_
