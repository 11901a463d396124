// What happens if a call could not be done at once. The three timeout modes are
// handled here, and EINTR for the calls that use a Waiter.
//
//   Waiter waiter;
//   for (;;) {
//     const auto result = calls.Recv(handle, buffer, flags);
//     if (result.ok()) return result.value;
//     absl::Status status = waiter.AfterFailure(call, result.error);
//     if (!status.ok()) return status;
//     if (waiter.receiving_has_ended()) return 0;
//   }

#ifndef MORTISE_CORE_INTERNAL_WAITER_H_
#define MORTISE_CORE_INTERNAL_WAITER_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/deadline.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace internal {

// The call that is being tried.
struct WaitingCall {
  const Platform& platform;
  NativeHandle handle;
  AddressFamily family;
  // The socket's timeout: zero, infinite, or a value between.
  absl::Duration timeout;
  // The socket's cancellation; nullptr if it has none.
  CancellationState* cancellation;
  Operation operation;
  WaitEvents events;
  // The address that an error mentions; nullptr for the socket's peer.
  const SocketAddress* address = nullptr;
  // The flags of a send or receive.
  int flags = 0;

  // Whether the system may do all of the waiting.
  bool may_wait_inside() const {
    return timeout == absl::InfiniteDuration() && cancellation == nullptr;
  }
};

class Waiter {
 public:
  // Nothing is read or computed before a call has failed.
  Waiter() = default;
  // For calls that have begun before and so have a deadline already.
  explicit Waiter(const Deadline& deadline) : deadline_(deadline) {}
  // The same, with a limit to waits in which nothing goes through: they last no
  // longer than `progress_timeout`.
  Waiter(const Deadline& deadline, absl::Duration progress_timeout)
      : deadline_(deadline), progress_timeout_(progress_timeout) {}

  // `native` is the error of the last try. Returns OK if the call is to be
  // tried again: it was interrupted, or it would have blocked and is ready now.
  // Otherwise returns the error to report, which may be a timeout.
  //
  // A shutdown of the socket in this process ends the wait. The next try then
  // tells what became of the socket. A cancellation ends it, too. The next try
  // comes first, and if it fails, this method returns the cancellation.
  absl::Status AfterFailure(const WaitingCall& call, int native);

  // After AfterFailure has returned OK to a call that receives or accepts: true
  // if there is nothing left and there will be nothing more, because the
  // receiving half has been shut down. A call on a blocking socket would have
  // been told so by the system.
  bool receiving_has_ended() const { return end_ == End::kReached; }

  // Call this when some bytes went through. The next would-block then starts a
  // new wait, with the whole progress timeout.
  void AfterProgress() {
    false_alarms_ = 0;
    progress_deadline_.reset();
  }

 private:
  // What is known of the receiving half.
  enum class End { kUnknown, kAhead, kReached };

  bool LooksForEnd(const WaitingCall& call);

  std::optional<Deadline> deadline_;
  absl::Duration progress_timeout_ = absl::InfiniteDuration();
  // Counted from the first would-block since something went through.
  std::optional<Deadline> progress_deadline_;
  int false_alarms_ = 0;
  End end_ = End::kUnknown;
  RegisteredWait wait_;
};

// Returns the error `native` of the system, which `call` has met. It mentions
// the address of the call, or else the peer.
absl::Status CallError(const WaitingCall& call, int native);

// Whether `call`, which would have blocked, may wait. This is so in three
// cases:
//   - The socket has a timeout that is neither zero nor infinite.
//   - The socket is blocking and has a cancellation, because of which the call
//     was made with a flag against waiting.
//   - The socket is blocking and its descriptor is not, because the descriptor
//     has been changed elsewhere.
bool MayWait(const WaitingCall& call);

// For calls that have no flag against waiting: whether the call would wait in
// the system, because the descriptor is blocking. False if the OS does not
// tell.
bool WouldWaitInside(const WaitingCall& call);

// Enters `wait` for `call` in the platform's registry, if a shutdown of the
// socket in another thread would not end a wait for `call.events` by itself.
// Returns whether it has done so. The call is then to be tried again before it
// waits, unless WaitRegistry::wakes() is the same as before the last try.
//
// Without a descriptor for it the wait has no interrupt. It still ends as it
// would without a shutdown, whereas failing would end a call that can go on.
bool RegisterWait(const WaitingCall& call, RegisteredWait* wait);

// The moment of a try that begins now (StreamTry::moment). It is not 0.
std::uint64_t MomentOf(const Platform& platform);

// Whether the system wakes an Accept when another thread shuts the listener
// down. If not, Accept and Shutdown see to it themselves.
bool SystemWakesAccept(const Platform& platform, AddressFamily family);

// Wakes the waits for the socket in this process that the system does not wake
// by itself. To be called after the socket has been shut down.
void WakeWaits(const Platform& platform, NativeHandle handle,
               AddressFamily family);

// Waits for `call.events`. Returns OK if it has happened, a timeout if it has
// not happened before `deadline`, and the cancellation if that came first.
absl::Status WaitUntil(const WaitingCall& call, const Deadline& deadline);

// For calls that go on although no try has to wait. Returns the cancellation if
// `call` has been cancelled, and a timeout if no time is left.
absl::Status CheckTime(const WaitingCall& call, const Deadline& deadline);

// Lets `pause`, or what is left of the time, pass before a call is tried again
// for which there is nothing to wait for. Fails as CheckTime does.
absl::Status PauseUntil(const WaitingCall& call, absl::Duration pause,
                        const Deadline& deadline);

// For calls that have no flag against waiting. Unless the system may do the
// waiting, waits for `call.events`, so that the call that follows does not wait
// even if the descriptor has been made blocking elsewhere. Returns OK if the
// event is there, and a timeout, a would-block or the cancellation if it is
// not.
absl::Status WaitFirst(const WaitingCall& call, const Deadline& deadline);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_WAITER_H_
