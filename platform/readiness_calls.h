// The calls of a Platform: waiting. The rules that hold for every method are in
// mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_READINESS_CALLS_H_
#define MORTISE_PLATFORM_READINESS_CALLS_H_

#include <cstddef>
#include <iosfwd>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// What to wait for. An error of the handle counts as each of these events.
enum class WaitEvent {
  kReadable,
  kWritable,
  // A connection attempt that was in progress has ended, with or without
  // success.
  kConnected,
};

// Prints the enumerator: "kReadable".
template <typename Traits>
std::basic_ostream<char, Traits>& operator<<(
    std::basic_ostream<char, Traits>& out, WaitEvent event) {
  switch (event) {
    case WaitEvent::kReadable:
      return out << "kReadable";
    case WaitEvent::kWritable:
      return out << "kWritable";
    case WaitEvent::kConnected:
      return out << "kConnected";
  }
  return out << "WaitEvent(" << static_cast<int>(event) << ")";
}

// The calls with which `core/` waits, in timeout mode and wherever a call on a
// blocking socket would block. Python: select.poll.
class ReadinessCalls {
 public:
  virtual ~ReadinessCalls() = default;

  // Waits until `handle` is ready or has failed, for at most `timeout`.
  // `timeout` is not negative and may be infinite. It is rounded up to the unit
  // of the system, and cut if the system cannot count so far. Returns true if
  // the handle is ready or has failed, false if the time ran out. EINTR is a
  // possible error, after which `core/` waits again. Used by Accept, Connect
  // and every send and receive of `Socket`. Source: poll(2), WSAPoll, select of
  // Winsock.
  virtual SysResult<bool> Wait(NativeHandle handle, WaitEvent event,
                               absl::Duration timeout);

  // The largest number of handles that WaitAny takes: Winsock's FD_SETSIZE.
  static constexpr std::size_t kMaxHandles = 64;

  // Waits as Wait does, until any of `handles` is ready or has failed. There
  // are 1 to kMaxHandles handles. Returns the index of the first handle that is
  // ready or has failed, or `handles.size()` if the time ran out. Used by
  // `CreateConnection`.
  virtual SysResult<std::size_t> WaitAny(absl::Span<const NativeHandle> handles,
                                         WaitEvent event,
                                         absl::Duration timeout);

  // Sleeps for `duration`, or for less if a signal arrives. By default this is
  // absl::SleepFor. Used to pause before a call is tried again. Python:
  // time.sleep.
  virtual void Sleep(absl::Duration duration);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_READINESS_CALLS_H_
