#include "mortise/tests/load/waker.h"

#include <cstdint>
#include <mutex>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace mortise {
namespace load {

void Waker::Begin(int times, absl::Duration pause) {
  End();
  ending_ = false;
  is_at_work_ = true;
  thread_ = std::thread([this, times, pause] {
    for (int i = 0; i < times && WakeOnce(); ++i) absl::SleepFor(pause);
    const std::lock_guard<std::mutex> lock(mutex_);
    is_at_work_ = false;
  });
}

void Waker::End() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  // A wake-up may be on its way.
  answered_ = asked_;
}

void Waker::Answer() {
  const std::lock_guard<std::mutex> lock(mutex_);
  answered_ = asked_;
  changed_.notify_all();
}

bool Waker::is_at_work() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return is_at_work_;
}

std::int64_t Waker::answered() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return answered_;
}

bool Waker::has_lost() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return has_lost_;
}

bool Waker::WakeOnce() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (ending_) return false;
  ++asked_;
  lock.unlock();
  server_.Wake();
  lock.lock();
  const bool in_time =
      changed_.wait_for(lock, absl::ToChronoSeconds(kPatience),
                        [this] { return ending_ || answered_ == asked_; });
  has_lost_ = has_lost_ || !in_time;
  return in_time && !ending_;
}

}  // namespace load
}  // namespace mortise
