// Ends calls that wait, from another thread or a signal handler.
//
//   mortise::Cancellation stop;
//   absl::Status status = socket.SetCancellation(stop);
//   while (status.ok() && !stop.IsCancelled()) {
//     absl::StatusOr<mortise::AcceptResult> client = socket.Accept();
//     status = client.status();
//   }
//   return status;
//
// After stop.Cancel() in another thread, an Accept that waits returns
// kCancelled. mortise::IsCancelled tells it.
//
// A deadline for several calls:
//
//   absl::Status status = socket.SetCancellation(
//       mortise::Cancellation::After(absl::Seconds(30)));
//   if (status.ok()) status = socket.SendAll("GET / HTTP/1.0\r\n\r\n");
//   if (!status.ok()) return status;
//   // IsTimeout once 30 s have passed since then.
//   absl::StatusOr<std::string> answer = socket.Recv(4096);
//
// A Cancellation is given to whatever waits: Socket::SetCancellation,
// Stream::SetCancellation, and the options of CreateConnection, CreateServer
// and the look-ups of names. See "Stopping a server" in docs/guide.md.

#ifndef MORTISE_CORE_CANCELLATION_H_
#define MORTISE_CORE_CANCELLATION_H_

#include <optional>

#include "absl/time/time.h"
#include "mortise/core/internal/cancellation_state.h"

namespace mortise {

class Platform;

// A token. It is cancelled once and for ever. Python has no counterpart.
//
// What a call does. Every call tries first, and only a call that would have to
// wait looks at the token, or one that moves a lot in pieces, between them. So
// a cancelled call may still return data that is already there, and a call on a
// non-blocking socket is not changed. A call that never has to wait is never
// cancelled, so a loop asks IsCancelled.
//
// A call that was cancelled has taken, sent and accepted nothing: the next
// reader or sender continues exactly where it began. There are two exceptions.
// A Connect that was cancelled goes on in the system, so its socket is of no
// more use, as after a timeout. SendAll, WriteAll and SendFile may have sent a
// part, and their `sent` says how much.
//
// Two waits are not ended, because they are inside the system: that of Close
// with SO_LINGER, and that of SendFile for a pipe or a device that it reads.
//
// Thread safety. Any thread may call any method at any time, also on copies.
// Any number of threads may wait with one token. A signal handler may call
// Cancel and IsCancelled on POSIX, on an object that lives as long as the
// handler may run.
//
// Ownership and lifetime. A value type: copies are the same token, and what has
// been given a token keeps a copy. A platform must outlive the tokens with
// which calls on it have waited, and the tokens that After has made of it.
//
// Cost. A token takes a descriptor (macOS and Windows: two) when the first call
// with it waits, and keeps it. If there is none to be had, that call fails
// (IsTooManyDescriptors) as if it had been cancelled, with the same exceptions.
//
// Forks. A child's copy is a token of its own from the fork on: Cancel in the
// child does not reach the parent, and the reverse. What had been cancelled
// before the fork is cancelled in both.
class Cancellation {
 public:
  // A token that has not been cancelled.
  Cancellation() : Cancellation(internal::CancellationState::New()) {}
  Cancellation(const Cancellation&) = default;
  Cancellation& operator=(const Cancellation&) = default;

  // Returns a token that cancels itself `timeout` from now, counted on the
  // clock of `platform`; nullptr is the operating system. It is a deadline for
  // everything that has the token: from then on, calls that would wait fail as
  // with a timeout (IsTimeout), unless `Cancel` was called. If `timeout` is
  // zero or negative, that is so at once; if it is infinite, never. `platform`
  // is not owned, and must outlive the token and its copies.
  static Cancellation After(absl::Duration timeout,
                            Platform* platform = nullptr);

  // Cancels. Every call that waits with this token ends with kCancelled
  // (IsCancelled in mortise/core/error.h), and so does every later call that
  // would wait. Does not wait for those calls. Never fails, and a second time
  // does nothing.
  void Cancel() const { state_.get()->Cancel(); }

  // Whether `Cancel` has been called, or the time of `After` has passed.
  bool IsCancelled() const;

  // For the library: the token that has `state`; nullopt for nullptr.
  static std::optional<Cancellation> Of(internal::CancellationState* state);

  // For the library: what the copies share.
  const internal::CancellationPointer& state() const { return state_; }

 private:
  explicit Cancellation(internal::CancellationState* state) : state_(state) {}

  // Never empty: a token is only copied, so none is moved from.
  internal::CancellationPointer state_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_CANCELLATION_H_
