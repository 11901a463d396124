// Looks up the addresses of a name while the program does other work.
//
//   absl::StatusOr<mortise::Poller> poller = mortise::Poller::Create();
//   if (!poller.ok()) return poller.status();
//   absl::StatusOr<mortise::AddressLookup> lookup =
//       mortise::AddressLookup::Start("example.org", 80);
//   if (!lookup.ok()) return lookup.status();
//   lookup->WhenDone([&poller] { poller->Wake(); });
//   mortise::PollResult ready;
//   while (!lookup->done()) {
//     absl::Status status = poller->Wait(absl::InfiniteDuration(), &ready);
//     if (!status.ok()) return status;
//     // Serve the sockets that are ready.
//   }
//   absl::StatusOr<std::vector<mortise::AddrInfo>> found = lookup->Get();
//
// CreateConnection looks its host up by itself. An AddressLookup is for a
// program that must not wait for that, and for several look-ups at the same
// time.

#ifndef MORTISE_CORE_ADDRESS_LOOKUP_H_
#define MORTISE_CORE_ADDRESS_LOOKUP_H_

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/addr_info.h"

namespace mortise {

// A look-up that has been started. Python has no counterpart in `socket`;
// asyncio's loop.getaddrinfo does the same.
//
// The look-up runs in a thread, as one with a timeout does, and counts among
// the look-ups that may run at once (mortise/core/lookup_options.h). It waits
// for its turn without a thread. A numeric host needs none, and its answer is
// there at once. On a platform of the program's own, the look-up runs beside
// other work if the platform's NameCalls::BeginFindAddresses does that.
//
// Its destruction gives the look-up up, and does not wait for it. The system
// may go on with it in its thread, and the answer is dropped.
//
// Thread safety: one thread at a time uses it; any thread may call `done`.
// Ownership and lifetime: it is moved and not copied. The platform of the
// options must outlive it. One that was moved from may only be destroyed or
// assigned to. Forks: in a child, the look-ups of its parent that have no
// answer yet never get one.
class AddressLookup {
 public:
  // Starts a look-up with the arguments of GetAddrInfo, and does not wait for
  // it. The timeout of `options` counts from now.
  //
  // Returns:
  //   kOutOfRange         the timeout is negative
  //   kInvalidArgument    a name holds a NUL
  //   kResourceExhausted  there is a cancellation, and no descriptor to wait
  //                       for it
  static absl::StatusOr<AddressLookup> Start(
      std::optional<absl::string_view> host,
      std::optional<absl::string_view> service,
      const GetAddrInfoOptions& options = {});
  // The same with the port as a number, 0 to 65535. Another number fails with
  // kOutOfRange.
  static absl::StatusOr<AddressLookup> Start(
      std::optional<absl::string_view> host, int port,
      const GetAddrInfoOptions& options = {});

  AddressLookup(AddressLookup&& other) noexcept;
  AddressLookup& operator=(AddressLookup&& other) noexcept;
  ~AddressLookup();

  // Whether there is an answer, good or bad, so that Get does not wait for it.
  // Does not block, and does not look at the timeout.
  bool done() const;

  // Calls `call` once, when there is an answer: in another thread, or in this
  // one if there is an answer already. `call` is not called after the
  // destruction of this object, which waits for a call that is under way. So
  // `call` must not block, and must not use this object except for `done`. It
  // takes the place of an earlier one that has not been called; nullptr is
  // none. A timeout and a cancellation are no answer.
  void WhenDone(std::function<void()> call);

  // Returns the answer, or the errors of GetAddrInfo. Waits for it until the
  // timeout has passed or the look-up is cancelled; then the look-up goes on,
  // and a later Get returns the answer if it has come by then. May be called
  // again, and returns the same answer.
  //
  // Returns also:
  //   kDeadlineExceeded    the timeout has passed (IsTimeout)
  //   kCancelled           the look-up was cancelled (IsCancelled)
  //   kResourceExhausted   no thread could be started, or there is no
  //                        descriptor to wait with
  //   kFailedPrecondition  this is a forked child of the process that started
  //                        the look-up (IsUsageError)
  absl::StatusOr<std::vector<AddrInfo>> Get();

 private:
  struct State;

  explicit AddressLookup(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_ADDRESS_LOOKUP_H_
