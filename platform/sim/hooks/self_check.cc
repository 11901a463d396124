#include "mortise/platform/sim/hooks/self_check.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/schedule/hook_table.h"
#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/sim_thread.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

std::atomic<std::int64_t> hooked_waits{0};

// Makes two threads wait for a lock. If that is not seen here, the program has
// another copy of Abseil, or the linker has taken Abseil's own functions.
//
// It also makes Abseil compute, in threads that are not bound to one CPU, what
// it computes once per process: how long it spins, and the frequency of the
// processor, for which it sleeps. The latter needs the second thread.
bool WaitsAreHooked() {
  constexpr int kThreads = 2;
  const std::int64_t expected = hooked_waits + kThreads;
  absl::Mutex mutex;
  mutex.Lock();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&mutex] { absl::MutexLock lock(&mutex); });
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (hooked_waits < expected && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  const bool seen = hooked_waits >= expected;
  mutex.Unlock();
  for (std::thread& thread : threads) thread.join();
  return seen;
}

absl::Status BeforeRun() {
  // A thread that is simulated never gets here, so to wait for another thread
  // does no harm.
  static const bool hooked = WaitsAreHooked();
  if (hooked) return absl::OkStatus();
  return absl::InternalError(
      "The hooks of the simulation have no effect: Abseil's locks wait without "
      "them. Link the program statically, with one Abseil.");
}

absl::Status InRun() {
  const SimThread& me = *Scheduler::This();
  const Scheduler& scheduler = *me.scheduler();
  const Time time = scheduler.Now();
  const absl::Time expected =
      absl::FromUnixNanos(scheduler.epoch()) +
      absl::Nanoseconds(me.clock() == nullptr ? time
                                              : me.clock()->WallTime(time));
  const absl::Time now = absl::Now();
  if (now == expected) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      "The hooks of the simulation have no effect on absl::Now: it is ",
      absl::FormatTime(now), " instead of ", absl::FormatTime(expected),
      ". Build Abseil with ",
      "-DABSL_USE_CYCLECLOCK_FOR_GET_CURRENT_TIME_NANOS=0."));
}

constexpr HookTable kTable = {&BeforeRun, &InRun};

// Before main, so that the program need not name the hooks.
const bool registered = (SetHooks(&kTable), true);

}  // namespace

void CountHookedWait() {
  static_cast<void>(registered);
  hooked_waits.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace sim
}  // namespace mortise
