#include "mortise/platform/posix/threads.h"

#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "mortise/platform/posix/clock.h"
#include "mortise/platform/posix/detached_thread.h"
#include "mortise/platform/posix/process_number.h"
#include "mortise/platform/thread_calls.h"

namespace mortise {
namespace posix {
namespace {

// A wait may be shorter than asked for. The limit keeps the deadline within a
// time_t.
constexpr absl::Duration kLongestWait = absl::Hours(1);

// The calls below cannot fail with these arguments, except for want of memory.
class PthreadCondition final : public Monitor::Condition {
 public:
  explicit PthreadCondition(pthread_mutex_t* mutex) : mutex_(mutex) {
#ifdef __APPLE__
    pthread_cond_init(&condition_, nullptr);
#else
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&condition_, &attributes);
    pthread_condattr_destroy(&attributes);
#endif
  }
  ~PthreadCondition() override { pthread_cond_destroy(&condition_); }

  void Wait(absl::Duration timeout) override {
    timeout = std::min(timeout, kLongestWait);
#ifdef __APPLE__
    // macOS offers no clock but the wall clock. A wait for a duration does not
    // look at that clock.
    const timespec duration = absl::ToTimespec(timeout);
    pthread_cond_timedwait_relative_np(&condition_, mutex_, &duration);
#else
    const timespec deadline = absl::ToTimespec(Clock().Now() + timeout);
    pthread_cond_timedwait(&condition_, mutex_, &deadline);
#endif
  }

  void Notify() override { pthread_cond_signal(&condition_); }

 private:
  pthread_mutex_t* const mutex_;
  pthread_cond_t condition_;
};

class PthreadMonitor final : public Monitor {
 public:
  PthreadMonitor() { pthread_mutex_init(&mutex_, nullptr); }
  ~PthreadMonitor() override { pthread_mutex_destroy(&mutex_); }

  void Lock() override { pthread_mutex_lock(&mutex_); }
  void Unlock() override { pthread_mutex_unlock(&mutex_); }
  std::unique_ptr<Condition> NewCondition() override {
    return std::make_unique<PthreadCondition>(&mutex_);
  }

 private:
  pthread_mutex_t mutex_;
};

}  // namespace

std::unique_ptr<Monitor> Threads::NewMonitor() {
  return std::make_unique<PthreadMonitor>();
}

int Threads::RunDetached(std::function<void()> work) {
  return posix::RunDetached(std::move(work));
}

absl::Duration Threads::Now() { return Clock().Now(); }

std::uint64_t Threads::ProcessNumber() { return posix::ProcessNumber(); }

}  // namespace posix
}  // namespace mortise
