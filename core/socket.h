// The socket: Python's socket object, with its methods.
//
//   absl::StatusOr<mortise::Socket> socket =
//       mortise::Socket::Create(mortise::kAfInet, mortise::kSockStream);
//   if (!socket.ok()) return socket.status();
//   absl::Status status = socket->SetTimeout(absl::Seconds(5));
//   if (status.ok()) status = socket->Connect({"example.org", 80});
//   if (status.ok()) status = socket->SendAll("GET / HTTP/1.0\r\n\r\n");
//   if (!status.ok()) return status;
//   absl::StatusOr<std::string> answer = socket->Recv(4096);
//
// See also message.h, send_file.h, fds.h, socket_file.h and docs/guide.md.
//
// Ownership. A Socket owns its descriptor and closes it when it is destroyed.
// Methods do not keep their arguments. The platform must outlive the socket.
//
// Defaults. A new socket is blocking (see default_timeout.h), not inherited by
// child processes, never raises SIGPIPE, and is IPv6-only if it is AF_INET6.
//
// Waiting. Accept, Connect and the methods that send and receive may wait.
// Without a timeout they wait as long as it takes. With timeout zero they fail
// instead. With another timeout they fail when it has passed, counted from the
// start of the call on a monotonic clock. Host names (in Bind, Connect, SendTo)
// are looked up within the timeout, or without a limit if it is zero. Signals
// neither end a call nor prolong it. Data that is already there is returned,
// however short the timeout. Duplicates share the mode of the descriptor, but
// not the timeout: see "Timeouts" in docs/guide.md.
//
// Threads. Several threads may call methods at once, even the same method. Each
// byte, datagram or connection goes to one of the calls that wait for it. The
// bytes of several sends to a stream may be mixed. Nothing, not even Shutdown,
// may run during Close, SetTimeout, SetBlocking, SetCancellation, Detach, a
// move or destruction.
//
// Statuses. Besides what each method lists, it returns:
//   - kDeadlineExceeded: the timeout has passed (IsTimeout)
//   - kCancelled: its Cancellation ended it (IsCancelled)
//   - kUnavailable: the timeout is zero, and it would wait (IsWouldBlock)
//   - kFailedPrecondition: closed (IsClosed), or no peer (IsNotConnected)
//   - kInvalidArgument, kOutOfRange: the argument that the message names is
//     wrong, and nothing has been done (IsUsageError)
//   - kNotFound: no such host (IsNameNotFound) or path (IsFileNotFound)
//   - kPermissionDenied: the process lacks a right (IsAccessDenied)
//   - kResourceExhausted: descriptors or memory have run out; nothing is lost
//   - kUnimplemented: the OS has no such thing (IsUnsupported)
// Other errors are the OS's (error.h), which may have changed the socket.

#ifndef MORTISE_CORE_SOCKET_H_
#define MORTISE_CORE_SOCKET_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/buffer.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/internal/from_chrono.h"
#include "mortise/core/internal/socket_state.h"
#include "mortise/core/received.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {

class Platform;
struct AcceptResult;

class Socket : public internal::SocketState {
 public:
  // The most bytes that a receive into a string, or GetSockOpt, returns.
  static constexpr std::size_t kMaxBufSize = std::size_t{1} << 30;
  static constexpr std::size_t kMaxOptionSize = 1024;

  // Python: socket.socket. `protocol` 0 is the default of family and type.
  // SOCK_NONBLOCK in `type`, where the OS has it, means timeout zero. It is not
  // part of type(). `platform` nullptr is the OS. Source: socket(2).
  static absl::StatusOr<Socket> Create(AddressFamily family, SocketType type,
                                       Protocol protocol = 0,
                                       Platform* platform = nullptr);

  // Python: socket.fromfd; socket.socket(fileno=fd) is Adopt. FromFd duplicates
  // `fd`. Adopt owns `fd` itself, unless it fails. Both set a default timeout,
  // and trust that the arguments describe `fd`. Adopt trusts that it is open;
  // if not, FromFd returns kFailedPrecondition (Windows: kInvalidArgument).
  static absl::StatusOr<Socket> FromFd(NativeHandle fd, AddressFamily family,
                                       SocketType type, Protocol protocol = 0,
                                       Platform* platform = nullptr);
  static absl::StatusOr<Socket> Adopt(NativeHandle fd, AddressFamily family,
                                      SocketType type, Protocol protocol = 0,
                                      Platform* platform = nullptr);
  // The same with what the OS says that `fd` is (macOS: without the protocol).
  // Both fail if it is not open, or not a socket (ENOTSOCK, kInvalidArgument).
  static absl::StatusOr<Socket> FromFd(NativeHandle fd,
                                       Platform* platform = nullptr);
  static absl::StatusOr<Socket> Adopt(NativeHandle fd,
                                      Platform* platform = nullptr);

  // Python: dup. A socket on a duplicate of the descriptor, with the same
  // timeout. Both share the connection, which lives until both are closed, its
  // options and its mode. Source: dup(2), WSADuplicateSocket.
  absl::StatusOr<Socket> Dup() const;

  // A closed socket. A socket that was moved from is closed, too. Assignment
  // closes the socket that was there, as the destructor does.
  Socket() = default;
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  // Closes the socket. Does not change what duplicates share. Waits only if the
  // caller has set SO_LINGER to a positive time; otherwise what has been sent
  // is delivered in the background. Source: socket(7), SO_LINGER.
  ~Socket();

  // Python: close. Waits as the destructor does. The descriptor is closed
  // whatever the status. That the peer has reset the connection is no error.
  absl::Status Close();
  // Python: detach. Closes this object and leaves its descriptor to the caller.
  // Returns the invalid handle if the socket is closed.
  ABSL_MUST_USE_RESULT NativeHandle Detach();

  // Python: family, type, proto, fileno. FileNo is -1 if the socket is closed.
  bool is_open() const { return handle_.valid(); }
  AddressFamily family() const { return family_; }
  SocketType type() const { return type_; }
  Protocol protocol() const { return protocol_; }
  std::int64_t FileNo() const { return handle_.value(); }
  NativeHandle native_handle() const { return handle_; }
  Platform* platform() const { return platform_; }  // nullptr for Socket()

  // Python: get_inheritable, set_inheritable. Whether child processes that are
  // started later inherit it. Source: fcntl(2), SetHandleInformation.
  absl::StatusOr<bool> GetInheritable() const;
  absl::Status SetInheritable(bool inheritable);

  // Python: bind. Source: bind(2). Returns:
  //   kAlreadyExists       the address is taken (IsAddressInUse)
  //   kFailedPrecondition  it is not this machine's (IsAddressNotAvailable)
  //   kInvalidArgument     the socket has been bound before
  absl::Status Bind(const Address& address);
  // To be called before Bind: whether other sockets may share the address.
  absl::Status SetAddressReuse(AddressReuse reuse);

  // Python: listen. `backlog`, 0 or more, is how many connections may wait to
  // be accepted. The OS lowers it to its limit. Source: listen(2).
  absl::Status Listen(int backlog = 128);
  // Python: accept. The new socket has the default timeout, not this one's.
  // Connections that died while they waited are passed over, and so are errors
  // of the network about them. Source: accept(2), "Error handling". Returns:
  //   kInvalidArgument    the socket does not listen, or has been shut down
  //   kResourceExhausted  as above; the connection still waits to be accepted
  absl::StatusOr<AcceptResult> Accept();

  // Python: connect. The timeout includes looking the host up. After a failure
  // close the socket: what it can still do differs by OS. Source: connect(2).
  // Returns:
  //   kUnavailable  nobody listens (IsConnectionRefused), or there is no route
  //                 (IsUnreachable), or the attempt of a non-blocking socket
  //                 goes on (IsInProgress) and TakeError tells how it ends
  absl::Status Connect(const Address& address);
  // Python: connect_ex. Returns the OS's number of connect's error, 0 for
  // success, EWOULDBLOCK's for a timeout. Fails before connect is called, or if
  // a Cancellation ends it, or if the system cannot wait.
  absl::StatusOr<int> ConnectEx(const Address& address);
  // These do not compile, and say that a host and a port need braces.
  template <typename Host, typename Port>
  absl::Status Bind(const Host&, const Port&) {
    return internal::AddressIsOneArgument<Host>();
  }
  template <typename Host, typename Port>
  absl::Status Connect(const Host&, const Port&) {
    return internal::AddressIsOneArgument<Host>();
  }

  // Ends what Connect did to a datagram socket: it can receive from and send to
  // any address again. Sends nothing. The port may change if the OS chose it. A
  // stream is kInvalidArgument: use Close or Shutdown. Python has no
  // counterpart. Source: connect(2), AF_UNSPEC.
  absl::Status Disconnect();
  // Takes the error that the OS has kept for the socket: how a non-blocking
  // Connect ended, or why a datagram was not delivered. Any other call may take
  // it, too. Returns it, or OK if there is none, also while an attempt goes on.
  // Python: getsockopt(SOL_SOCKET, SO_ERROR). See socket(7).
  absl::Status TakeError();

  // Python: getpeername, getsockname. Source: getpeername(2), getsockname(2).
  absl::StatusOr<SocketAddress> GetPeerName() const;
  absl::StatusOr<SocketAddress> GetSockName() const;

  // Python: recv_into. Receives what has arrived, at most `buffer`. Returns 0
  // if the peer has ended the stream, for an empty datagram, and for an empty
  // buffer. The rest of a longer datagram is lost. `flags` are MSG_*; "Flags"
  // in docs/guide.md tells what they change. Source: recv(2). Returns:
  //   kUnavailable  the peer has reset the connection (IsConnectionReset)
  absl::StatusOr<std::size_t> Recv(MutableBuffer buffer, int flags = 0);
  // Python: recv. The same, at most `bufsize` bytes, 0 to kMaxBufSize.
  absl::StatusOr<std::string> Recv(std::size_t bufsize, int flags = 0);
  // Python: recvfrom_into, recvfrom. As Recv, with the sender's address.
  absl::StatusOr<RecvFromResult> RecvFrom(MutableBuffer buffer, int flags = 0);
  absl::StatusOr<RecvFromStringResult> RecvFrom(std::size_t bufsize,
                                                int flags = 0);

  // Python: send. Returns how many bytes of `data` the OS has taken. A datagram
  // is sent as a whole or not at all. Source: send(2). Returns:
  //   kUnavailable  the connection is gone (IsBrokenPipe, IsConnectionReset);
  //                 Linux: or TCP never had one (IsBrokenPipe)
  absl::StatusOr<std::size_t> Send(ConstBuffer data, int flags = 0);
  // Python: sendall. Sends all of `data` within one timeout. `*sent`, if given,
  // is how many bytes have been taken, whatever the status. Also fails
  // (IsTimeout) if nothing is taken for `progress_timeout`, which is more than
  // zero, even on a blocking socket. On Windows, a blocking socket allows only
  // one such call at a time.
  absl::Status SendAll(
      ConstBuffer data, int flags = 0, std::size_t* sent = nullptr,
      absl::Duration progress_timeout = absl::InfiniteDuration());
  // Python: sendto. Sends a datagram to `address`. An Address with the name of
  // a host is looked up in each call. Returns what Send and Connect return.
  absl::StatusOr<std::size_t> SendTo(ConstBuffer data,
                                     const SocketAddress& address,
                                     int flags = 0);
  absl::StatusOr<std::size_t> SendTo(ConstBuffer data, const Address& address,
                                     int flags = 0);

  // Python: getsockopt. An int, or at most `buflen` bytes (1 to
  // kMaxOptionSize). A longer option is cut; on Windows it is kInvalidArgument.
  // See "Options" in docs/guide.md. Source: getsockopt(2).
  absl::StatusOr<int> GetSockOpt(int level, int optname) const;
  absl::StatusOr<std::string> GetSockOpt(int level, int optname,
                                         std::size_t buflen) const;
  // Python: setsockopt. The value is an int, or the bytes of the structure that
  // the option wants, or a length without bytes. Both lengths are at most
  // 2^31 - 1. Returns what GetSockOpt returns. Source: setsockopt(2).
  absl::Status SetSockOpt(int level, int optname, int value);
  absl::Status SetSockOpt(int level, int optname, ConstBuffer value);
  absl::Status SetSockOpt(int level, int optname, std::nullptr_t,
                          std::size_t optlen);

  // Python: settimeout, gettimeout. Zero makes the socket non-blocking. An
  // infinite timeout (Python's None, the max() of a std::chrono type) makes it
  // blocking. More than 292 years are infinite. Less than a nanosecond counts
  // as one; waits are rounded up to milliseconds. Also sets the mode of the
  // descriptor. An error changes nothing. Returns:
  //   kOutOfRange  `timeout` is negative, or not a number
  absl::Status SetTimeout(absl::Duration timeout);
  template <typename Rep, typename Period>
  absl::Status SetTimeout(std::chrono::duration<Rep, Period> timeout) {
    return SetTimeout(internal::FromChrono(timeout));
  }
  absl::Duration GetTimeout() const { return timeout(); }
  // Python: setblocking. True is an infinite timeout, false is zero.
  absl::Status SetBlocking(bool flag);
  // Gives the socket a token that ends its calls (cancellation.h), in place of
  // the one that it has; nullopt takes that one away. Copied by Dup; what
  // Accept returns has none. As with a timeout, a blocking socket then sends
  // only what there is room for, and MSG_WAITALL, MSG_DONTWAIT and the OS's own
  // time limits (SO_RCVTIMEO, SO_SNDTIMEO) have no effect on it. Accept and
  // Connect make its descriptor non-blocking (macOS and Windows:
  // SetCancellation does). Fails only if the socket is closed, or as SetTimeout
  // does. Python has no counterpart.
  absl::Status SetCancellation(const std::optional<Cancellation>& cancellation);
  std::optional<Cancellation> GetCancellation() const;

  // Python: shutdown. Ends receiving, sending, or both. Wakes calls that wait:
  // receives return 0 bytes, sends fail (IsBrokenPipe), Accept fails (EINVAL).
  // kFailedPrecondition also: no connection (IsNotConnected). See shutdown(2).
  absl::Status Shutdown(ShutdownHow how);

 private:
  friend class PairOfSockets;
  using SocketState::SocketState;

  void SetWaitFlags();
};

// A connection, and the address of its peer.
struct AcceptResult {
  Socket socket;
  SocketAddress address;
};

// Python: socket.socketpair. Two connected sockets. kAfUnspec is AF_UNIX; on
// Windows it is AF_INET, where each has verified its peer. Fails as Create.
absl::StatusOr<std::pair<Socket, Socket>> SocketPair(
    AddressFamily family = kAfUnspec, SocketType type = kSockStream,
    Protocol protocol = 0, Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_SOCKET_H_
