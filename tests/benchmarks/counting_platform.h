// A platform that counts the calls made through it. Each of its parts stands
// before another platform's part and hands every call on to it. It is also the
// smallest example of a backend on top of another.
//
//   CountingPlatform counting(Platform::Default());
//   SocketPair(kAfUnspec, kSockStream, 0, &counting.platform());

#ifndef MORTISE_TESTS_BENCHMARKS_COUNTING_PLATFORM_H_
#define MORTISE_TESTS_BENCHMARKS_COUNTING_PLATFORM_H_

#include <ostream>

#include "mortise/platform/backend.h"
#include "mortise/platform/forwarding.h"

namespace mortise {
namespace benchmarks {

struct CallCounts {
  int sockets = 0;
  int waits = 0;
  int clock = 0;

  friend bool operator==(const CallCounts& a, const CallCounts& b) {
    return a.sockets == b.sockets && a.waits == b.waits && a.clock == b.clock;
  }
  friend std::ostream& operator<<(std::ostream& out, const CallCounts& counts) {
    return out << counts.sockets << " socket calls, " << counts.waits
               << " waits, " << counts.clock << " looks at the clock";
  }
};

class CountingSockets final : public ForwardingSocketCalls {
 public:
  CountingSockets(SocketCalls& next, CallCounts& counts)
      : ForwardingSocketCalls(next), counts_(counts) {}

 private:
  SocketCalls& next() const override {
    ++counts_.sockets;
    return ForwardingSocketCalls::next();
  }

  CallCounts& counts_;
};

class CountingReadiness final : public ForwardingReadinessCalls {
 public:
  CountingReadiness(ReadinessCalls& next, CallCounts& counts)
      : ForwardingReadinessCalls(next), counts_(counts) {}

 private:
  ReadinessCalls& next() const override {
    ++counts_.waits;
    return ForwardingReadinessCalls::next();
  }

  CallCounts& counts_;
};

class CountingClock final : public ForwardingClockCalls {
 public:
  CountingClock(ClockCalls& next, CallCounts& counts)
      : ForwardingClockCalls(next), counts_(counts) {}

 private:
  ClockCalls& next() const override {
    ++counts_.clock;
    return ForwardingClockCalls::next();
  }

  CallCounts& counts_;
};

// Counts the calls to `next`'s sockets, readiness and clock. The remaining
// parts are `next`'s own: a platform can be put together from the parts of
// several others.
class CountingPlatform {
 public:
  explicit CountingPlatform(Platform& next)
      : sockets_(next.sockets(), counts_),
        readiness_(next.readiness(), counts_),
        clock_(next.clock(), counts_),
        platform_(PartsOver(next), next.facts()) {}

  Platform& platform() { return platform_; }

  // Returns the counts since the last call of Take.
  CallCounts Take() {
    const CallCounts taken = counts_;
    counts_ = CallCounts();
    return taken;
  }

 private:
  Platform::Parts PartsOver(Platform& next) {
    Platform::Parts parts = next.parts();
    parts.sockets = &sockets_;
    parts.readiness = &readiness_;
    parts.clock = &clock_;
    return parts;
  }

  CallCounts counts_;
  CountingSockets sockets_;
  CountingReadiness readiness_;
  CountingClock clock_;
  Platform platform_;
};

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_COUNTING_PLATFORM_H_
