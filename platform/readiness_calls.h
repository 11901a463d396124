// The calls of a Platform: waiting. The rules are in
// mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_READINESS_CALLS_H_
#define MORTISE_PLATFORM_READINESS_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

// What to wait for: a set. An error of the handle counts as each of these
// events.
enum class WaitEvents : std::uint8_t {
  kNone = 0,
  kReadable = 1,
  kWritable = 2,
  // A connection attempt that was in progress has ended, with or without
  // success. It is not combined with the other two.
  kConnected = 4,
};

constexpr WaitEvents operator|(WaitEvents a, WaitEvents b) {
  return static_cast<WaitEvents>(static_cast<std::uint8_t>(a) |
                                 static_cast<std::uint8_t>(b));
}

// Whether `events` has all of `wanted`.
constexpr bool Has(WaitEvents events, WaitEvents wanted) {
  return (static_cast<std::uint8_t>(events) &
          static_cast<std::uint8_t>(wanted)) ==
         static_cast<std::uint8_t>(wanted);
}

// Prints the enumerators: "kReadable|kWritable".
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, WaitEvents events) {
  constexpr unsigned kAll = 7;
  const unsigned number = static_cast<std::uint8_t>(events);
  if (number == 0) return out << "kNone";
  if ((number & ~kAll) != 0) return out << "WaitEvents(" << number << ")";
  const char* separator = "";
  if (Has(events, WaitEvents::kReadable)) {
    out << "kReadable";
    separator = "|";
  }
  if (Has(events, WaitEvents::kWritable)) {
    out << separator << "kWritable";
    separator = "|";
  }
  if (Has(events, WaitEvents::kConnected)) out << separator << "kConnected";
  return out;
}

// A handle to wait for, and what to wait for on it.
struct WaitTarget {
  NativeHandle handle;
  WaitEvents events = WaitEvents::kNone;

  friend bool operator==(const WaitTarget& a, const WaitTarget& b) {
    return a.handle == b.handle && a.events == b.events;
  }
  friend bool operator!=(const WaitTarget& a, const WaitTarget& b) {
    return !(a == b);
  }
  // Prints it for a test: "kReadable of 7".
  template <typename Traits>
  friend std::basic_ostream<char, Traits>& operator<<(
      std::basic_ostream<char, Traits>& out, const WaitTarget& target) {
    return out << target.events << " of " << target.handle;
  }
};

// The calls with which `core/` waits, in timeout mode and wherever a call on a
// blocking socket would block. Python: select.poll.
class ReadinessCalls {
 public:
  virtual ~ReadinessCalls() = default;

  // The most that WaitInterruptibly takes.
  static constexpr std::size_t kMaxTargets = 64;
  static constexpr std::size_t kMaxInterrupts = 8;

  // Waits until one of `targets` is ready or has failed, one of `interrupts` is
  // set, or `timeout` has passed. There are at most kMaxTargets and
  // kMaxInterrupts of them, and there may be none. The timeout is not negative
  // and may be infinite. It is rounded up to the unit of the system, and cut if
  // the system cannot count so far.
  //
  // Returns the index of the first target that is ready or has failed, or
  // `targets.size()` if there is none, even if an interrupt is set as well. The
  // wait may end early without a reason, so callers look at their clock and at
  // the interrupts. EINTR is a possible error, after which `core/` waits again.
  // Used by Accept, Connect, CreateConnection and every send and receive.
  // Source: poll(2); Microsoft's pages of WSAPoll and select.
  virtual SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts, absl::Duration timeout);

  // Does the same for one handle, without interrupts. Returns whether the
  // handle is ready or has failed.
  SysResult<bool> Wait(NativeHandle handle, WaitEvents events,
                       absl::Duration timeout);

  // Makes an interrupt, which is not set, for the waits of this object. Fails
  // with EMFILE or ENFILE if that takes a descriptor and there is none. `core/`
  // takes its interrupts from a pool (mortise/platform/interrupt_pool.h).
  virtual SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt();

  // Makes a set of handles for a Poller. Fails with EMFILE, ENFILE or ENOMEM if
  // that takes a descriptor or memory and there is none. Source: epoll(7),
  // kqueue(2).
  virtual SysResult<std::unique_ptr<PollSet>> NewPollSet();

  // Marks this process, for objects that a forked child must not use. By
  // default this is the mark of a system that cannot fork. Takes no lock that a
  // child could inherit. Never fails.
  virtual ProcessMark MarkProcess();

  // Sleeps for `duration`, or for less if a signal arrives. By default this is
  // absl::SleepFor. Used to pause before a call is tried again. Python:
  // time.sleep.
  virtual void Sleep(absl::Duration duration);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_READINESS_CALLS_H_
