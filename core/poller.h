// Waits for many sockets at once. Python: selectors.DefaultSelector.
//
//   absl::StatusOr<mortise::Poller> poller = mortise::Poller::Create();
//   if (!poller.ok()) return poller.status();
//   absl::Status status =
//       poller->Register(socket, mortise::PollEvents::kReadable, /*key=*/1);
//   mortise::PollResult ready;
//   while (status.ok()) {
//     status = poller->Wait(absl::InfiniteDuration(), &ready);
//     for (const mortise::PollEvent& event : ready) {
//       std::cout << event.key << " is ready\n";
//     }
//   }
//   return status;
//
// What is ready is reported by every Wait until it no longer is. The key is the
// caller's: a number or a pointer by which it knows the socket.
//
// A registered socket should have the timeout zero. Readiness may turn out to
// be false, and then a call returns IsWouldBlock, which is no error. Read a
// bounded amount for each event, so that one busy peer does not keep the others
// waiting. If Accept fails with kResourceExhausted, the connection stays ready:
// Modify the listener to kNone for a while.
//
// A socket is in one poller at most. Close, the destructor and Detach take it
// out first. A move does not. A socket may outlive its poller.
//
// Thread safety: one thread at a time may be in Wait, or walk the result of the
// last one. Any thread may call the other methods at any time, also while one
// waits. What they change counts at once. A move, an assignment and the
// destructor need the poller to themselves.
//
// Forks: a child of the process that made a poller cannot use it. There,
// Register, Modify, Unregister and Wait fail with kFailedPrecondition, and
// closing a registered socket does not change what the parent waits for. In a
// poller of its own, a child may register what it has inherited. To register a
// TlsSocket is to continue with its connection, for which core/tls/tls_socket.h
// has rules.
//
// Source: epoll(7), kqueue(2); Windows polls as select does.

#ifndef MORTISE_CORE_POLLER_H_
#define MORTISE_CORE_POLLER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/internal/from_chrono.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/socket.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"

namespace mortise {

class Platform;
class PollSource;
class Stream;

namespace internal {
enum class Operation : std::uint8_t;
class PollerState;
struct PollWishes;
}  // namespace internal

class Poller {
 public:
  // A poller for sockets of `platform`, which must outlive it. nullptr is the
  // operating system. Fails with kResourceExhausted if descriptors or memory
  // have run out, and with kUnimplemented if the platform has none.
  static absl::StatusOr<Poller> Create(Platform* platform = nullptr);

  Poller(Poller&& other) noexcept;
  Poller& operator=(Poller&& other) noexcept;
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  // The sockets stay open.
  ~Poller();

  // Python: register. Waits for `events`, which are kReadable, kWritable, both,
  // or kNone: then nothing is reported until Modify. A stream socket is to be
  // registered once it listens, or once its Connect has begun: before, some
  // systems report it at once. Returns:
  //   kAlreadyExists       the socket is in a poller
  //   kInvalidArgument     `events` has others, or the platforms differ
  //   kFailedPrecondition  the socket is closed (IsClosed)
  //   kResourceExhausted   the system has no memory left for it
  absl::Status Register(Socket& socket, PollEvents events, std::uint64_t key,
                        PollMode mode = PollMode::kLevel);
  // Python: modify. Waits for other events from now on. Sets a one-shot
  // registration again that has been reported. Returns:
  //   kNotFound  the socket is not in this poller
  absl::Status Modify(Socket& socket, PollEvents events);
  // Python: unregister. What is still to come of a PollResult passes the socket
  // over, and no later Wait reports it. Returns:
  //   kNotFound  the socket is not in this poller
  absl::Status Unregister(Socket& socket);

  // The same for a stream. What is reported is whether its Read and Write would
  // wait, not whether its socket is ready. What it has taken is sent during
  // Wait, and a TlsSocket's handshake goes on there, whatever is waited for.
  // Of the duplicates of a TlsSocket, the one that was registered takes the
  // connection out when it is closed. Returns:
  //   kInvalidArgument  also: it has no socket, or does not say when it is
  //   ready
  absl::Status Register(Stream& stream, PollEvents events, std::uint64_t key,
                        PollMode mode = PollMode::kLevel);
  absl::Status Modify(Stream& stream, PollEvents events);
  absl::Status Unregister(Stream& stream);

  // The same for a handle that is not a Socket's: a descriptor (POSIX), or a
  // SOCKET (Windows). It must be unregistered before it is closed. Returns:
  //   kUnimplemented  the system cannot wait for it (IsUnsupported): a file
  absl::Status Register(NativeHandle handle, PollEvents events,
                        std::uint64_t key, PollMode mode = PollMode::kLevel);
  absl::Status Modify(NativeHandle handle, PollEvents events);
  absl::Status Unregister(NativeHandle handle);

  // Python: select. Waits until something is ready, Wake is called, or
  // `timeout` has passed. Fills `result`, which stays empty if nothing is
  // ready, or if what was ready has left meanwhile. Zero does not wait, and
  // infinite waits for ever. Signals do not end it. It is never early. It
  // allocates nothing, except for streams. Returns:
  //   kOutOfRange          `timeout` is negative, or not a number
  //   kFailedPrecondition  another thread is in Wait
  absl::Status Wait(absl::Duration timeout, PollResult* result);
  template <typename Rep, typename Period>
  absl::Status Wait(std::chrono::duration<Rep, Period> timeout,
                    PollResult* result) {
    return Wait(internal::FromChrono(timeout), result);
  }

  // Ends the Wait that is under way, or else the next one. Several before one
  // Wait count as one. What the caller wrote before is seen after that Wait. It
  // never waits and never fails. On POSIX, a signal handler may call it.
  void Wake();

  // Python: len(get_map()). How many sockets and handles are registered.
  std::size_t size() const;

  // What the system calls the poller, to wait for it in another loop: it is
  // readable if something is ready. The invalid handle on systems where it is
  // not one handle. Source: epoll(7), kqueue(2).
  NativeHandle native_handle() const;

 private:
  explicit Poller(std::shared_ptr<internal::PollerState> state);

  absl::Status RegisterSocket(Socket& socket, const internal::PollWishes& wish,
                              std::uint64_t number,
                              std::shared_ptr<PollSource> source);
  absl::Status CheckUsable(internal::Operation operation) const;
  absl::Status CheckMember(const Socket& socket,
                           internal::Operation operation) const;

  // nullptr after a move.
  std::shared_ptr<internal::PollerState> state_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_POLLER_H_
