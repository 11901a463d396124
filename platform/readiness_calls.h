// The calls of a Platform: waiting. The rules are in
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

// What to wait for.
enum class WaitEvent {
  kReadable,
  kWritable,
  // A connection attempt that was in progress has ended, well or badly.
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

class ReadinessCalls {
 public:
  virtual ~ReadinessCalls() = default;

  // Waits until `handle` is ready or has failed, for at most `timeout`, which
  // is not negative, may be infinite, and is rounded up to what the system
  // counts in. `value` is false iff the time ran out. May fail with EINTR.
  virtual SysResult<bool> Wait(NativeHandle handle, WaitEvent event,
                               absl::Duration timeout);

  // The most handles that WaitAny takes: Winsock's FD_SETSIZE.
  static constexpr std::size_t kMaxHandles = 64;

  // The same for any of `handles`, 1 to kMaxHandles. `value` is the index of
  // the first that is ready or has failed, or how many there are iff the time
  // ran out.
  virtual SysResult<std::size_t> WaitAny(absl::Span<const NativeHandle> handles,
                                         WaitEvent event,
                                         absl::Duration timeout);

  // Sleeps for `duration`, or less if a signal arrives. By default it is
  // absl::SleepFor.
  virtual void Sleep(absl::Duration duration);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_READINESS_CALLS_H_
