#include "mortise/platform/winsock/threads.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/thread_calls.h"
#include "mortise/platform/winsock/clock.h"
#include "mortise/platform/winsock/detached_thread.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

// A wait may be shorter than asked for. The limit keeps the timeout from being
// INFINITE.
constexpr absl::Duration kLongestWait = absl::Hours(1);

// Windows' condition variables and SRW locks need no destruction.
class SrwCondition final : public Monitor::Condition {
 public:
  explicit SrwCondition(SRWLOCK* lock) : lock_(lock) {}

  // A wait for a duration does not look at the wall clock.
  void Wait(absl::Duration timeout) override {
    SleepConditionVariableSRW(
        &condition_, lock_,
        static_cast<DWORD>(PollMilliseconds(std::min(timeout, kLongestWait))),
        0);
  }

  void Notify() override { WakeConditionVariable(&condition_); }

 private:
  SRWLOCK* const lock_;
  CONDITION_VARIABLE condition_ = CONDITION_VARIABLE_INIT;
};

class SrwMonitor final : public Monitor {
 public:
  void Lock() override { AcquireSRWLockExclusive(&lock_); }
  void Unlock() override { ReleaseSRWLockExclusive(&lock_); }
  std::unique_ptr<Condition> NewCondition() override {
    return std::make_unique<SrwCondition>(&lock_);
  }

 private:
  SRWLOCK lock_ = SRWLOCK_INIT;
};

}  // namespace

std::unique_ptr<Monitor> Threads::NewMonitor() {
  return std::make_unique<SrwMonitor>();
}

int Threads::RunDetached(std::function<void()> work) {
  return winsock::RunDetached(std::move(work));
}

absl::Duration Threads::Now() { return Clock().Now(); }

std::uint64_t Threads::ProcessNumber() { return 1; }

}  // namespace winsock
}  // namespace mortise
