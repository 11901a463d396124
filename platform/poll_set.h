// A set of handles that one thread waits for, again and again.

#ifndef MORTISE_PLATFORM_POLL_SET_H_
#define MORTISE_PLATFORM_POLL_SET_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// Cookies are pointers to something that is aligned so, because a backend may
// keep the wanted events in the lowest bits.
inline constexpr std::size_t kPollCookieAlignment = 4;

// What a poll set waits for on a handle.
struct PollWish {
  NativeHandle handle;
  // kReadable, kWritable or both. Not kNone: a handle of which nothing is
  // wanted is taken out of the set.
  PollEvents events = PollEvents::kNone;
  PollMode mode = PollMode::kLevel;
  // The caller's. Not nullptr, and a multiple of kPollCookieAlignment.
  void* cookie = nullptr;
};

// Whether the events and the cookie are as PollWish asks. A set refuses others
// with EINVAL.
inline bool IsWellFormed(const PollWish& wish) {
  return wish.events != PollEvents::kNone &&
         Has(PollEvents::kReadable | PollEvents::kWritable, wish.events) &&
         wish.cookie != nullptr &&
         reinterpret_cast<std::uintptr_t>(wish.cookie) % kPollCookieAlignment ==
             0;
}

// A handle that is ready. `cookie` is nullptr if Wake was called.
struct PollReady {
  void* cookie = nullptr;
  // kReadable and kWritable only if they were wanted. An error or the end of
  // the connection counts as each of those that were wanted; kEnded and kFailed
  // are hints besides, which a system need not give.
  PollEvents events = PollEvents::kNone;
};

// Thread safety: one thread at a time may be in `Wait`. The other methods may
// be called from any thread at any time, also while one waits. What they change
// counts at once, also for that `Wait`.
//
// Forks: in a child of the process that made it, no method changes what the
// parent waits for. `Add`, `Change` and `Wait` fail with kNotSupportedError
// there, and the others do nothing.
class PollSet {
 public:
  // A set may report no more than this in one Wait. The others come first in
  // the next one.
  static constexpr std::size_t kMostAtOnce = 256;

  virtual ~PollSet() = default;
  PollSet(const PollSet&) = delete;
  PollSet& operator=(const PollSet&) = delete;

  // Fails with EEXIST if the handle is in the set, and with kNotSupportedError
  // if the system cannot wait for such a thing (a file).
  virtual SysResult<void> Add(const PollWish& wish) = 0;
  // Changes the wish for a handle that is in the set, and sets a one-shot wish
  // again that has been reported.
  virtual SysResult<void> Change(const PollWish& wish) = 0;
  // Takes the handle out of the set, before it is closed. The `Wait` that is
  // under way may return its cookie once more. A later one never does.
  virtual SysResult<void> Remove(NativeHandle handle) = 0;

  // Waits until a handle is ready, `Wake` is called, or `timeout` has passed.
  // Fills `ready`, which is not empty, from the start, and returns the number
  // of entries. A cookie may come twice, with one event each time. The handles
  // that did not fit come first the next time. A handle is reported by every
  // call as long as it is ready. The timeout is not negative and may be
  // infinite. Zero does not wait. Allocates nothing.
  //
  // The wait may end early without a reason. EINTR is a possible error, after
  // which `core/` waits again.
  virtual SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                                      absl::Duration timeout) = 0;

  // Ends the `Wait` that is under way, or else the next one. Several before one
  // `Wait` count as one. What the caller wrote before is seen after that
  // `Wait`. It never waits. A backend may promise that a signal handler may
  // call it.
  virtual void Wake() = 0;

  // What the set is for the system, to wait for it in another loop: it is
  // readable if `Wait` would return something. The invalid handle if it is not
  // one handle.
  virtual NativeHandle handle() const { return NativeHandle(); }

 protected:
  PollSet() = default;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_POLL_SET_H_
