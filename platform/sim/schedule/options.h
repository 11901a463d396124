// How a run is scheduled.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_OPTIONS_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_OPTIONS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "mortise/platform/sim/schedule/order.h"
#include "mortise/platform/sim/schedule/trace.h"

namespace mortise {
namespace sim {

struct SchedulerOptions {
  std::uint64_t seed = 1;
  Order order = Order::kRandom;
  // For Order::kPct: how often the order changes, and within how many
  // scheduling points.
  int order_changes = 3;
  std::uint64_t order_length = 10000;

  // What each scheduling point takes of virtual time.
  absl::Duration call_time = absl::ZeroDuration();

  // The wall clock at the start. By default 2026-01-01 00:00 UTC.
  absl::Time epoch = absl::FromUnixSeconds(1767225600);

  // Budgets. The run fails when one of the first two is used up.
  absl::Duration most_virtual_time = absl::Hours(24);
  // Events and scheduling points together.
  std::int64_t most_steps = 1000000000;
  // The longest real time without a scheduling point. The process ends when it
  // has passed, because nobody can stop a thread that loops.
  absl::Duration most_real_silence = absl::Seconds(20);

  // How long in real time a run without anything to do waits for threads that
  // are not part of it, if they may end one of its waits.
  absl::Duration patience = absl::Seconds(1);

  // Whether the run fails if something was not decided by the seed.
  bool require_determinism = false;

  // Whether the threads run on one CPU, which is three times as fast.
  bool one_cpu = true;
  std::size_t stack_bytes = 256 * 1024;

  // Must outlive the run. May be nullptr.
  TraceSink* trace = nullptr;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_OPTIONS_H_
