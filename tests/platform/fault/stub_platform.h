// A platform without a system, for tests of faults. Its calls do nothing and
// succeed, or fail as the defaults do.

#ifndef MORTISE_TESTS_PLATFORM_FAULT_STUB_PLATFORM_H_
#define MORTISE_TESTS_PLATFORM_FAULT_STUB_PLATFORM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {

// A clock that stands still until it is told otherwise.
class StubClock final : public ClockCalls {
 public:
  absl::Duration Now() override {
    return absl::Nanoseconds(nanoseconds_.load());
  }
  void Advance(absl::Duration by) {
    nanoseconds_.fetch_add(absl::ToInt64Nanoseconds(by));
  }

 private:
  std::atomic<std::int64_t> nanoseconds_{0};
};

// Notes what it is told, and reports what a test has put into it.
class StubPollSet final : public PollSet {
 public:
  // What happened to the sets of one StubReadiness.
  struct Log {
    std::vector<PollWish> added;
    std::vector<PollWish> changed;
    std::vector<NativeHandle> removed;
    std::vector<PollReady> ready;  // what the next Wait reports
    std::size_t room = 0;          // of the last Wait
    absl::Duration timeout;        // of the last Wait
    int wakes = 0;
    int alive = 0;
  };

  explicit StubPollSet(Log& log) : log_(log) { ++log_.alive; }
  ~StubPollSet() override { --log_.alive; }

  SysResult<void> Add(const PollWish& wish) override {
    log_.added.push_back(wish);
    return {};
  }
  SysResult<void> Change(const PollWish& wish) override {
    log_.changed.push_back(wish);
    return {};
  }
  SysResult<void> Remove(NativeHandle handle) override {
    log_.removed.push_back(handle);
    return {};
  }
  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override {
    log_.room = ready.size();
    log_.timeout = timeout;
    std::size_t count = 0;
    while (count < ready.size() && count < log_.ready.size()) {
      ready[count] = log_.ready[count];
      ++count;
    }
    log_.ready.erase(log_.ready.begin(),
                     log_.ready.begin() + static_cast<std::ptrdiff_t>(count));
    return {count, 0};
  }
  void Wake() override { ++log_.wakes; }

 private:
  Log& log_;
};

// Sleeps by moving the clock.
class StubReadiness final : public ReadinessCalls {
 public:
  explicit StubReadiness(StubClock& clock) : clock_(clock) {}

  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> /*interrupts*/,
      absl::Duration timeout) override {
    ++waits;
    if (timeout < absl::InfiniteDuration()) clock_.Advance(timeout);
    return {targets.size(), 0};
  }
  SysResult<std::unique_ptr<PollSet>> NewPollSet() override {
    return {std::make_unique<StubPollSet>(poll_log), 0};
  }
  void Sleep(absl::Duration duration) override {
    ++sleeps;
    clock_.Advance(duration);
  }

  StubPollSet::Log poll_log;
  int waits = 0;
  int sleeps = 0;

 private:
  StubClock& clock_;
};

// Its sockets, names and other parts lack everything: a call that is made fails
// with kNotSupportedError. Its error numbers are the OS's.
class StubPlatform {
 public:
  StubPlatform() : StubPlatform(Platform::Default().facts()) {}
  explicit StubPlatform(const SystemFacts& facts)
      : platform({&sockets_, &readiness, &clock, &names_, &services_,
                  &interfaces_, &files_, &errors_},
                 facts) {}

  StubClock clock;
  StubReadiness readiness{clock};

 private:
  SocketCalls sockets_;
  NameCalls names_;
  ServiceCalls services_;
  InterfaceCalls interfaces_;
  FileCalls files_;
  ErrorCalls errors_;

 public:
  Platform platform;  // the last member, because it uses the others
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_FAULT_STUB_PLATFORM_H_
