#include "mortise/tests/platform/sim/hooks/workload.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/barrier.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {
namespace {

constexpr int kThreads = 6;
constexpr int kRounds = 12;

struct Shared {
  explicit Shared(Scheduler& s) : scheduler(s) {}

  Scheduler& scheduler;
  absl::Mutex mutex;
  absl::CondVar changed;
  int stock = 0;
  std::string holders;
  absl::Notification begun;
  absl::Barrier* barrier = new absl::Barrier(kThreads);

  void Trace(const std::string& text) {
    scheduler.AddToTrace(absl::StrCat(
        text, " at ", absl::ToUnixNanos(absl::Now()) - scheduler.epoch()));
  }
};

// Takes the lock when its thread ends.
class LastWords {
 public:
  void Set(Shared* shared) { shared_ = shared; }
  ~LastWords() {
    if (shared_ == nullptr) return;
    absl::MutexLock lock(&shared_->mutex);
    absl::SleepFor(absl::Milliseconds(3));
    shared_->Trace("says its last words");
  }

 private:
  Shared* shared_ = nullptr;
};

thread_local LastWords last_words;

void Work(Shared& shared, int number) {
  last_words.Set(&shared);
  Random random = shared.scheduler.streams().For(
      What("workload"), static_cast<std::uint64_t>(number), 0);
  shared.begun.WaitForNotification();
  for (int round = 0; round < kRounds; ++round) {
    switch (random.Below(5)) {
      case 0: {  // Holds the lock over a sleep.
        absl::MutexLock lock(&shared.mutex);
        shared.holders += static_cast<char>('a' + number);
        absl::SleepFor(absl::Microseconds(random.Between(1, 50000)));
        ++shared.stock;
        shared.changed.Signal();
        shared.Trace("brings one");
        break;
      }
      case 1: {  // A wait whose time may be over just when a signal comes.
        const absl::Duration limit =
            absl::Microseconds(random.Between(1, 30000));
        absl::MutexLock lock(&shared.mutex);
        shared.holders += static_cast<char>('a' + number);
        bool timed_out = false;
        while (shared.stock == 0 && !timed_out) {
          timed_out = shared.changed.WaitWithTimeout(&shared.mutex, limit);
        }
        if (shared.stock > 0) --shared.stock;
        shared.Trace(timed_out ? "goes without" : "takes one");
        break;
      }
      case 2: {  // A condition, and a deadline on the wall clock.
        const absl::Time deadline =
            absl::Now() + absl::Microseconds(random.Between(1, 20000));
        const bool got = shared.mutex.LockWhenWithDeadline(
            absl::Condition(
                +[](int* stock) { return *stock > 1; }, &shared.stock),
            deadline);
        if (got) shared.stock -= 2;
        shared.Trace(got ? "takes two" : "has waited for two");
        shared.mutex.Unlock();
        break;
      }
      case 3: {
        shared.mutex.ReaderLock();
        absl::SleepFor(absl::Microseconds(random.Between(1, 5000)));
        shared.Trace(absl::StrCat("sees ", shared.stock));
        shared.mutex.ReaderUnlock();
        break;
      }
      default:
        absl::SleepFor(absl::Milliseconds(random.Between(1, 100)));
        if (random.Chance(1, 2)) Yield();
        shared.Trace("has slept");
    }
  }
  if (shared.barrier->Block()) delete shared.barrier;
}

}  // namespace

WorkloadResult RunWorkload(std::uint64_t seed, Order order) {
  SchedulerOptions options;
  options.seed = seed;
  options.order = order;
  const std::shared_ptr<Scheduler> scheduler = Scheduler::Create(options);
  Shared shared(*scheduler);
  WorkloadResult result;
  result.status = scheduler->Run("main", [&] {
    std::vector<Thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back("worker", [&shared, i] { Work(shared, i); });
    }
    absl::SleepFor(absl::Milliseconds(1));
    shared.begun.Notify();
    for (Thread& thread : threads) thread.join();
  });
  result.digest = scheduler->digest();
  result.left_to_chance = scheduler->left_to_chance();
  result.virtual_nanoseconds = scheduler->Now();
  result.holders = shared.holders;
  return result;
}

}  // namespace sim
}  // namespace mortise
