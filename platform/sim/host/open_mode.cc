#include "mortise/platform/sim/host/open_mode.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {
namespace {

// Standard libraries count a deadline in 64 bits of nanoseconds since a moment
// long ago. A wait that is longer than this ends early, which it may.
constexpr Time kLongestWait = 3600 * kSecond;

ReadinessCalls& RealReadiness() { return Platform::Default().readiness(); }
absl::Duration RealNow() { return Platform::Default().clock().Now(); }

}  // namespace

OpenMode::OpenMode() : start_(RealNow()) {
  SysResult<std::unique_ptr<WaitInterrupt>> made =
      RealReadiness().NewInterrupt();
  // Without a descriptor there is no way to go on, and nobody to tell.
  if (!made.ok()) std::abort();
  wake_driver_ = std::move(made.value);
  driver_ = std::thread([this] { Drive(); });
}

OpenMode::~OpenMode() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_over_ = true;
  }
  wake_driver_->Set();
  driver_.join();
}

Time OpenMode::Now() { return TimeOf(RealNow() - start_); }

bool OpenMode::Begin(const CallInfo&) {
  mutex_.lock();
  return true;
}

void OpenMode::End(Kernel&) {
  Settle();
  mutex_.unlock();
}

void OpenMode::AddKernel(Kernel& kernel) {
  const std::lock_guard<std::mutex> lock(mutex_);
  kernels_.push_back(&kernel);
}

void OpenMode::RemoveKernel(Kernel& kernel) {
  const std::lock_guard<std::mutex> lock(mutex_);
  kernels_.erase(std::remove(kernels_.begin(), kernels_.end(), &kernel),
                 kernels_.end());
  arrivals_.erase(std::remove_if(arrivals_.begin(), arrivals_.end(),
                                 [&kernel](const Arrival& arrival) {
                                   return arrival.to == &kernel;
                                 }),
                  arrivals_.end());
}

void OpenMode::Send(Kernel& sender, std::uint32_t interface, Packet packet) {
  if (interface != Network::kLoopbackIndex) return;
  arrivals_.push_back({&sender, std::move(packet)});
}

Time OpenMode::NextTimer() const {
  Time next = kNever;
  for (const Kernel* kernel : kernels_) {
    next = std::min(next, kernel->next_timer());
  }
  return next;
}

void OpenMode::Settle() {
  while (!arrivals_.empty()) {
    const Arrival arrival = std::move(arrivals_.front());
    arrivals_.pop_front();
    arrival.to->Deliver(arrival.packet);
  }
  if (NextTimer() < driver_wakes_at_) wake_driver_->Set();
}

bool OpenMode::Wait(Kernel&, const CallInfo&, Waiter& waiter, Time deadline) {
  Settle();
  if (waiter.is_woken() || AnyIsSet(waiter.interrupts())) return true;
  const Time now = Now();
  if (deadline <= now) return true;
  // Not thread_local: with MinGW the memory of such a variable is freed before
  // its destructor runs.
  std::condition_variable wake;
  const auto sleeper = sleepers_.insert(sleepers_.end(), {&waiter, &wake});
  std::unique_lock<std::mutex> lock(mutex_, std::adopt_lock);
  wake.wait_for(
      lock, std::chrono::nanoseconds(std::min(deadline - now, kLongestWait)));
  lock.release();
  sleepers_.erase(sleeper);
  return true;
}

void OpenMode::WakeThread(Waiter& waiter) {
  for (const Sleeper& sleeper : sleepers_) {
    if (sleeper.waiter == &waiter) sleeper.wake->notify_one();
  }
}

void OpenMode::LookAtInterrupts() { wake_driver_->Set(); }

void OpenMode::Drive() {
  WaitInterrupt* const interrupt = wake_driver_.get();
  for (;;) {
    mutex_.lock();
    // What is set from here on ends the next wait.
    interrupt->Clear();
    const Time now = Now();
    for (Kernel* const kernel : kernels_) kernel->AdvanceTo(now);
    // Not before: timers may be armed while packets are delivered.
    driver_wakes_at_ = 0;
    Settle();
    for (const Sleeper& sleeper : sleepers_) {
      if (AnyIsSet(sleeper.waiter->interrupts())) Wake(*sleeper.waiter);
    }
    driver_wakes_at_ = NextTimer();
    const Time wait = driver_wakes_at_ == kNever
                          ? kLongestWait
                          : std::max<Time>(driver_wakes_at_ - Now(), 0);
    const bool is_over = is_over_;
    mutex_.unlock();
    if (is_over) return;
    RealReadiness().WaitInterruptibly(
        {}, absl::MakeConstSpan(&interrupt, 1),
        absl::Nanoseconds(std::min(wait, kLongestWait)));
  }
}

}  // namespace sim
}  // namespace mortise
