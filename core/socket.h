// The socket: the object that Python's manual calls so, with its methods.
//
//   absl::StatusOr<mortise::Socket> socket =
//       mortise::Socket::Create(mortise::kAfInet, mortise::kSockStream);
//   if (!socket.ok()) return socket.status();
//   absl::Status status = socket->SetTimeout(absl::Seconds(5));
//   if (status.ok()) status = socket->Connect({"example.org", 80});
//   if (status.ok()) status = socket->SendAll("GET / HTTP/1.0\r\n\r\n");
//   absl::StatusOr<std::string> answer = socket->Recv(4096);
//
// A socket owns its descriptor and closes it when it is destroyed. It is born
// blocking (but see mortise/core/default_timeout.h), is not inherited by child
// processes, never raises SIGPIPE, and an AF_INET6 socket carries IPv6 alone
// (IPV6_V6ONLY) until told otherwise, the same on every OS. CreateConnection
// and CreateServer tell their sockets otherwise where the address needs it.
//
// Blocking, non-blocking, timeout. Without a timeout a call waits as long as
// it takes; with timeout zero it fails at once where it would wait
// (IsWouldBlock); with any other timeout it fails once that much time has
// passed (IsTimeout), counted from the beginning of the call on a clock that
// nobody sets. A signal never makes a call fail, and the time that it took
// counts. What is there already is taken, however short the timeout.
//
// The timeout is this object's own and holds whatever happens to the
// descriptor. The mode of the descriptor (O_NONBLOCK) is another matter: it is
// shared by all duplicates, in other processes too, and anybody may change it.
// A socket with a timeout does not wait longer for it, and a blocking socket
// still waits. docs/porting.md says what is left of it for Accept, Connect and
// SendFile, which have no flag against waiting.
//
// Errors. Besides what each method names, every method fails with
// kFailedPrecondition iff the socket has been closed (IsClosed), with
// kInvalidArgument or kOutOfRange iff an argument cannot be right, which the
// message names (IsUsageError; nothing has been done then), and with what the
// OS said otherwise (mortise/core/error.h). The socket is as it was unless the
// OS changed it.
//
// Threads. One thread may receive while another sends, and any thread may call
// Shutdown, which wakes calls that wait on a connection. Close, SetTimeout,
// SetBlocking, Detach and moving need the socket to themselves.

#ifndef MORTISE_CORE_SOCKET_H_
#define MORTISE_CORE_SOCKET_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/address.h"
#include "mortise/core/ancillary.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {

class Platform;
struct AcceptResult;

struct RecvFromResult {
  // As Socket::Recv returns it.
  std::size_t size = 0;
  // Who sent it; no address where the protocol does not tell (a stream).
  SocketAddress address;

  // User-provided so that value-initialisation does not fill the address with
  // zeros, which are written over, for each datagram.
  RecvFromResult() {}  // NOLINT(modernize-use-equals-default)
};

struct RecvFromStringResult {
  std::string data;
  SocketAddress address;
};

struct RecvMsgResult {
  // How many bytes of the buffers are filled, one buffer after the other. If
  // kMsgTrunc was asked for, how long the message was, which may be more.
  std::size_t size = 0;
  // How many bytes of the room for ancillary data are.
  std::size_t control_size = 0;
  // MSG_TRUNC: the message was longer than the buffers. MSG_CTRUNC: its
  // ancillary data was longer than the room for it. And others, by OS.
  int flags = 0;
  // Who sent it; no address where the protocol does not tell (a stream).
  SocketAddress address;

  // As RecvFromResult has it.
  RecvMsgResult() {}  // NOLINT(modernize-use-equals-default)
};

struct RecvMsgStringResult {
  std::string data;
  ReceivedAncillary ancillary;
  int flags = 0;
  SocketAddress address;
};

// What SIO_KEEPALIVE_VALS sets, in whole milliseconds, 0 to 2^32 - 1: how long
// a connection is silent before it is probed, and between two probes.
struct KeepaliveValues {
  bool on = true;
  absl::Duration time;
  absl::Duration interval;
};

class Socket {
 public:
  // The most that the receiving methods which return a string take as bufsize,
  // 1 GiB, and that GetSockOpt takes as buflen.
  static constexpr std::size_t kMaxBufSize = std::size_t{1} << 30;
  static constexpr std::size_t kMaxOptionSize = 1024;
  // SendFile's count for all of the file.
  static constexpr std::uint64_t kToTheEnd = ~std::uint64_t{0};

  // Python: socket.socket. `protocol` 0 is the default of family and type.
  // SOCK_NONBLOCK in `type`, where the OS has it, means timeout zero, and is
  // not part of type() afterwards. `platform` nullptr is the operating system.
  //
  // Fails with kUnimplemented (IsUnsupported) iff the OS has no such family,
  // type or protocol, kResourceExhausted iff descriptors or memory ran out,
  // kPermissionDenied iff such a socket needs a right. Source: socket(2).
  static absl::StatusOr<Socket> Create(AddressFamily family, SocketType type,
                                       Protocol protocol = 0,
                                       Platform* platform = nullptr);

  // Python: socket.fromfd. A socket on a duplicate of `fd`, which stays open
  // and stays the caller's. Family, type and protocol are taken as given, and
  // the descriptor is taken to be in blocking mode; neither is checked.
  // kInvalidArgument if `fd` is a number that no descriptor of the system can
  // have: on POSIX one that is negative or beyond an int.
  static absl::StatusOr<Socket> FromFd(NativeHandle fd, AddressFamily family,
                                       SocketType type, Protocol protocol = 0,
                                       Platform* platform = nullptr);

  // Python: socket.socket(fileno=fd). The same on `fd` itself, which is the
  // socket's from now on; if this fails it is still the caller's.
  static absl::StatusOr<Socket> Adopt(NativeHandle fd, AddressFamily family,
                                      SocketType type, Protocol protocol = 0,
                                      Platform* platform = nullptr);

  // The same two with what the OS says that `fd` is, as Python's
  // socket(fileno=fd) does; on macOS the protocol is not told, and 0. They fail
  // with kInvalidArgument (ENOTSOCK) iff the descriptor is no socket. Source:
  // socket(7), SO_DOMAIN, SO_TYPE, SO_PROTOCOL; SOL_SOCKET Socket Options,
  // SO_PROTOCOL_INFO.
  static absl::StatusOr<Socket> FromFd(NativeHandle fd,
                                       Platform* platform = nullptr);
  static absl::StatusOr<Socket> Adopt(NativeHandle fd,
                                      Platform* platform = nullptr);

  // Python: socket.fromshare. A socket on what another process has shared with
  // this one, see Share. Windows alone: fails with kUnimplemented
  // (IsUnsupported) iff the OS has no such thing, with kInvalidArgument iff
  // `info` does not come from Share.
  static absl::StatusOr<Socket> FromShare(absl::string_view info,
                                          Platform* platform = nullptr);

  // Python: dup. A socket on a duplicate of the descriptor, with the same
  // timeout. The two are one connection and share what the OS keeps of it,
  // options and the mode among them; each is closed for itself, and the
  // connection ends with the last of them. Source: dup(2), WSADuplicateSocket.
  absl::StatusOr<Socket> Dup() const;

  // A closed socket.
  Socket() = default;

  // A socket that was moved from is a closed one.
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // Closes the socket, and changes nothing that its duplicates share, in other
  // processes too. Waits only if the caller set SO_LINGER to a positive time,
  // as close(2) does; without it what has been sent is still delivered, in the
  // background. Windows: a non-blocking socket with such a time is made
  // blocking, because it would not be closed otherwise. Source: socket(7),
  // SO_LINGER.
  ~Socket();

  // Python: close. A second Close fails with kFailedPrecondition (IsClosed).
  // Waits for unsent data only if the caller set SO_LINGER to a positive time;
  // with a time of zero it resets the connection. The descriptor is gone
  // whatever the status; a reset by the peer is not reported (bpo-30319).
  absl::Status Close();

  // Python: detach. Closes the socket without closing its descriptor, which is
  // the caller's from now on. The invalid handle iff the socket is closed.
  ABSL_MUST_USE_RESULT NativeHandle Detach();

  bool is_open() const { return handle_.valid(); }
  // Python: the attributes family, type and proto.
  AddressFamily family() const { return family_; }
  SocketType type() const { return type_; }
  Protocol protocol() const { return protocol_; }

  // Python: fileno. The descriptor, or the SOCKET on Windows; -1 iff closed.
  std::int64_t FileNo() const { return handle_.value(); }
  // The same as the type that the vtable takes.
  NativeHandle native_handle() const { return handle_; }
  // What the socket was made with; nullptr for `Socket()`.
  Platform* platform() const { return platform_; }
  // For the library: the flag that a send or receive on this socket needs so
  // that it does not wait against the socket's timeout; 0 for none.
  int wait_flags() const { return wait_flags_; }

  // Python: get_inheritable, set_inheritable. Whether child processes that are
  // started from now on inherit the descriptor; no socket made here is
  // inherited before it is told so. Source: fcntl(2), FD_CLOEXEC;
  // SetHandleInformation, HANDLE_FLAG_INHERIT.
  absl::StatusOr<bool> GetInheritable() const;
  absl::Status SetInheritable(bool inheritable);

  // Python: share. The socket as bytes with which the process `process_id`,
  // this one among them, makes its own with FromShare, once; this socket has to
  // stay open until then. Whoever else gets the bytes can do nothing with them.
  // Windows alone; fails with kUnimplemented (IsUnsupported) iff the OS has no
  // such thing. POSIX hands descriptors on with mortise/core/fds.h. Source:
  // WSADuplicateSocketW.
  absl::StatusOr<std::string> Share(std::uint32_t process_id) const;

  // Python: ioctl. A request of Winsock, SIO_*: `in` is its argument, and how
  // much of `out` has been filled is returned, at most all. The others are for
  // requests that take a number, as SIO_RCVALL (RCVALL_*) and
  // SIO_LOOPBACK_FAST_PATH (0 or 1) do, and for SIO_KEEPALIVE_VALS. Fails with
  // kUnimplemented (IsUnsupported) on other systems: ioctl(2) tells nobody how
  // much it reads and writes. Source: WSAIoctl.
  absl::StatusOr<std::size_t> Ioctl(std::uint32_t request, absl::string_view in,
                                    absl::Span<char> out);
  absl::Status Ioctl(std::uint32_t request, std::uint32_t value);
  absl::Status Ioctl(std::uint32_t request, const KeepaliveValues& values);

  // Python: bind. Fails with kAlreadyExists iff the address is taken
  // (IsAddressInUse), kFailedPrecondition iff this machine lacks the address
  // (IsAddressNotAvailable), kPermissionDenied iff the port or path needs a
  // right, kInvalidArgument iff the socket is bound. Source: bind(2).
  absl::Status Bind(const Address& address);

  // What other sockets on the same address mean to this one, said the same way
  // on every OS; SO_REUSEADDR says different things on them. Before Bind.
  absl::Status SetAddressReuse(AddressReuse reuse);

  // Python: listen. `backlog` is how many connections may wait to be accepted;
  // the OS takes it as a hint and lowers it to its own limit. kOutOfRange iff
  // negative. Source: listen(2).
  absl::Status Listen(int backlog = 128);

  // Python: accept. Waits for a connection; its socket has the default timeout,
  // so is blocking unless one was set, whatever this one is. A connection that
  // died while it waited is passed over, within the timeout, and so are errors
  // of the network that belong to such a connection. Source: accept(2), section
  // "Error handling".
  absl::StatusOr<AcceptResult> Accept();

  // Python: connect. With a timeout, looking the host up counts too. After a
  // failure or a timeout the socket is of no more use, and what a second
  // Connect does is the OS's affair: POSIX leaves both open. Non-blocking:
  // IsInProgress iff the attempt goes on; it is over when the socket is
  // writable (on Windows, when it is writable or in select's exception set),
  // and TakeError says how it ended.
  //
  // Fails with kUnavailable iff nobody listens (IsConnectionRefused) or there
  // is no way (IsUnreachable), with kNotFound iff the host has no address
  // (IsNameNotFound). Source: connect(2).
  absl::Status Connect(const Address& address);

  // Python: connect_ex. What connect(2) said as the OS's own number, 0 for
  // success; a timeout is the number of EWOULDBLOCK, as in Python. Fails only
  // where connect(2) was not reached: usage errors, a host without an address.
  absl::StatusOr<int> ConnectEx(const Address& address);

  // Takes the peer back that Connect has chosen for a datagram socket: from
  // then on it receives from anybody, and SendTo may name anybody. It sends
  // nothing. Datagrams of the former peer that have arrived already can still
  // be received. Without a peer it does nothing. A port whose number was given
  // to Bind stays. One that the system has chosen, in Bind with port 0 or in
  // Connect, may be lost: Linux gives it up, and the socket gets another one
  // when it sends. Python has no counterpart.
  //
  // Returns:
  //   kInvalidArgument     the socket is of a connection (SOCK_STREAM,
  //                        SOCK_SEQPACKET), which Close or Shutdown ends
  //                        (IsUsageError)
  //   kFailedPrecondition  the socket is closed (IsClosed)
  //   kUnimplemented       the OS has no such thing (IsUnsupported)
  // Source: connect(2), AF_UNSPEC; Winsock's connect, section "Remarks".
  absl::Status Disconnect();

  // The error that the OS has kept for this socket, which is taken from it: how
  // a non-blocking Connect ended, or why a datagram could not be delivered. Ask
  // when the socket is ready; an attempt that goes on has no error yet. Any
  // other call on the socket may take the error as well, and then returns it.
  // Neither waits nor allocates unless there is an error. Python:
  // getsockopt(SOL_SOCKET, SO_ERROR), which returns the number.
  //
  // Returns OK if there is no error; otherwise the status that the call would
  // have returned, except that the operation is "take_error" and the address is
  // not known any more: IsConnectionRefused, IsUnreachable, IsTimeout and so
  // on. Source: socket(7), SO_ERROR; connect(2), EINPROGRESS.
  absl::Status TakeError();

  // Python: getpeername, getsockname. Source: getpeername(2), getsockname(2).
  // GetPeerName fails with kFailedPrecondition iff not connected
  // (IsNotConnected).
  absl::StatusOr<SocketAddress> GetPeerName() const;
  absl::StatusOr<SocketAddress> GetSockName() const;

  // Python: recv. Receives what is there, at least one byte, at most
  // `buffer`; 0 if the peer has ended the stream, the datagram was empty, or
  // `buffer` is. Into an empty `buffer` nothing is received: the call returns 0
  // at once, and a datagram stays where it is, unless MSG_TRUNC or MSG_ERRQUEUE
  // is among `flags`. MSG_WAITALL waits for all of `buffer` on a blocking
  // socket only; with a timeout it returns what has come, as in Python. A
  // datagram that is larger is cut, on every OS. `flags` are MSG_*. Fails with
  // kUnavailable if the connection was reset (IsConnectionReset). Source:
  // recv(2).
  //
  // kMsgTrunc in `flags` asks for the length of the datagram, where the OS can
  // tell it (Linux). The result may then be more than `buffer` has, of which
  // only min(result, buffer.size()) bytes are filled. On TCP, Linux throws as
  // many bytes away as the result says, and fills none of `buffer` (tcp(7)).
  // Without kMsgTrunc the result is never more than `buffer` has.
  absl::StatusOr<std::size_t> Recv(absl::Span<char> buffer, int flags = 0);
  // The same into a string of its own, which has at most `bufsize` bytes
  // whatever `flags` are. Bytes that TCP has thrown away for kMsgTrunc are
  // zeros in it. That holds for the string forms of RecvFrom and RecvMsg as
  // well. They cost what has come, however much was asked for; memory that
  // cannot be had at all is kResourceExhausted, and nothing is received then.
  absl::StatusOr<std::string> Recv(std::size_t bufsize, int flags = 0);
  // Python: recv_into.
  absl::StatusOr<std::size_t> RecvInto(absl::Span<char> buffer, int flags = 0) {
    return Recv(buffer, flags);
  }

  // Python: recvfrom. Recv, and who sent it. `size` is as Recv has it, with
  // kMsgTrunc too.
  absl::StatusOr<RecvFromResult> RecvFrom(absl::Span<char> buffer,
                                          int flags = 0);
  absl::StatusOr<RecvFromStringResult> RecvFrom(std::size_t bufsize,
                                                int flags = 0);
  // Python: recvfrom_into.
  absl::StatusOr<RecvFromResult> RecvFromInto(absl::Span<char> buffer,
                                              int flags = 0) {
    return RecvFrom(buffer, flags);
  }

  // RecvFrom into several buffers, which are filled one after the other, and
  // with the ancillary data that came along, for mortise/core/ancillary.h to
  // read. Descriptors among that are the caller's: ReceivedDescriptors takes
  // them. What does not fit is lost, and the result's flags say so; the
  // descriptors that did not fit have been closed, and MSG_CTRUNC is set.
  // `size` is as Recv has it, with kMsgTrunc too. No ancillary data goes over a
  // stream on Windows. Python has it as recvmsg_into; more than 16 buffers are
  // the only ones that allocate. `control` has at most 2^31 - 1 bytes. Source:
  // recvmsg(2), WSARecvMsg.
  absl::StatusOr<RecvMsgResult> RecvMsg(
      absl::Span<const absl::Span<char>> buffers, absl::Span<char> control = {},
      int flags = 0);
  // Python: recvmsg_into.
  absl::StatusOr<RecvMsgResult> RecvMsgInto(
      absl::Span<const absl::Span<char>> buffers, absl::Span<char> control = {},
      int flags = 0) {
    return RecvMsg(buffers, control, flags);
  }
  // Python: recvmsg. The same into a string, of at most `bufsize` bytes, with
  // room for `ancbufsize` bytes of ancillary data (CmsgSpace, CmsgLen), which
  // the result owns, descriptors included.
  absl::StatusOr<RecvMsgStringResult> RecvMsg(std::size_t bufsize,
                                              std::size_t ancbufsize = 0,
                                              int flags = 0);

  // Python: send. Sends as much of `data` as there is room for and returns how
  // much; a datagram is sent whole or not at all. Never raises a signal. Fails
  // with the error of the system, as every other method that sends does:
  //   kUnavailable         the connection is gone (IsBrokenPipe,
  //                        IsConnectionReset); on Linux also if a TCP socket
  //                        never had one (EPIPE, IsBrokenPipe)
  //   kFailedPrecondition  there is no peer (IsNotConnected): ENOTCONN, or
  //                        EDESTADDRREQ of a datagram socket
  // Source: send(2); POSIX, send(), section "Errors".
  absl::StatusOr<std::size_t> Send(absl::string_view data, int flags = 0);

  // Python: sendall. Sends all of `data`, within one timeout for all of it.
  // `*sent`, if given, is exactly how many bytes have been taken to be sent,
  // whatever the status, so that a call which failed can be continued with
  // `data.substr(*sent)`.
  //
  // `progress_timeout`, more than zero, is how long the call may stand still:
  // it fails (IsTimeout) after so much time in which nothing was taken. It
  // counts besides the socket's timeout, and on a blocking socket too. Windows
  // has no flag against waiting, so there a blocking descriptor, which its
  // duplicates share, is non-blocking while such a call runs: only one such
  // call at a time.
  absl::Status SendAll(
      absl::string_view data, int flags = 0, std::size_t* sent = nullptr,
      absl::Duration progress_timeout = absl::InfiniteDuration());

  // Python: sendfile. Sends what stands in `file` from `offset` on, to its end
  // or for `count` bytes, within one timeout, and returns how much that was.
  // `*sent`, if given, is how much was sent whatever the status, so that a call
  // which failed can be gone on with; on Windows a connection that broke may
  // have sent more. Unlike in Python the place where the file is read next does
  // not move; what the program has written to a stream and not flushed is not
  // in the file. Non-blocking, unlike in Python: sends what there is room for;
  // IsWouldBlock iff that is nothing.
  //
  // Where the OS can do it, the bytes do not pass through the process. A pipe
  // or a device is read in order, which moves its place and waits for it beyond
  // any timeout; `offset` has to be 0 then, and the socket must not be
  // non-blocking (kInvalidArgument). What was read of it and could not be sent,
  // less than 64 KiB, is lost if the call fails.
  //
  // Fails with kInvalidArgument iff the socket is no SOCK_STREAM or `file` is
  // none, with kOutOfRange iff `offset` is more than 2^63 - 1, and otherwise as
  // Send does, or with what the OS said of the file.
  // Source: sendfile(2), TransmitFile.
  // `progress_timeout` is what it is in SendAll.
  absl::StatusOr<std::uint64_t> SendFile(
      std::FILE* file, std::uint64_t offset = 0,
      std::uint64_t count = kToTheEnd, std::uint64_t* sent = nullptr,
      absl::Duration progress_timeout = absl::InfiniteDuration());
  // The same with the file's descriptor, or its HANDLE on Windows.
  absl::StatusOr<std::uint64_t> SendFile(
      NativeHandle file, std::uint64_t offset = 0,
      std::uint64_t count = kToTheEnd, std::uint64_t* sent = nullptr,
      absl::Duration progress_timeout = absl::InfiniteDuration());

  // Python: sendto. Sends one datagram to `address`. The Address form looks a
  // host name up on each call; the other is for the ways where that matters.
  absl::StatusOr<std::size_t> SendTo(absl::string_view data,
                                     const SocketAddress& address,
                                     int flags = 0);
  absl::StatusOr<std::size_t> SendTo(absl::string_view data,
                                     const Address& address, int flags = 0);

  // Python: sendmsg. Send, or with an address SendTo, of all `buffers` as one
  // message, with ancillary data that AncillaryBuilder has laid out, or none.
  // More than 16 buffers are the only ones that allocate. `control` has at most
  // 2^31 - 1 bytes. Fails with kUnimplemented (IsUnsupported) iff such a socket
  // carries no ancillary data, a stream on Windows. Source: sendmsg(2),
  // WSASendMsg.
  absl::StatusOr<std::size_t> SendMsg(
      absl::Span<const absl::string_view> buffers,
      absl::Span<const char> control = {}, int flags = 0);
  absl::StatusOr<std::size_t> SendMsg(
      absl::Span<const absl::string_view> buffers,
      absl::Span<const char> control, int flags, const SocketAddress& address);
  absl::StatusOr<std::size_t> SendMsg(
      absl::Span<const absl::string_view> buffers,
      absl::Span<const char> control, int flags, const Address& address);

  // Python: getsockopt. An option that is an int, or a buffer of at most
  // `buflen` bytes, 1 to kMaxOptionSize, as the OS fills it. An int that the OS
  // gives as a single byte (a BOOL on Windows) is read as such.
  //
  // The result never has more than `buflen` bytes, and is in bytes whatever the
  // OS counts the option in (Linux counts SO_GET_FILTER in instructions of 8
  // bytes). What of an option that is longer is up to the OS: the beginning of
  // it, as POSIX has it, or an error. SO_GET_FILTER fails then (EINVAL), in the
  // int form too. An option that reads its buffer first reads zeros.
  // Fails with kUnimplemented iff there is no such option (IsUnsupported).
  // Source: getsockopt(2).
  absl::StatusOr<int> GetSockOpt(int level, int optname) const;
  absl::StatusOr<std::string> GetSockOpt(int level, int optname,
                                         std::size_t buflen) const;

  // Python: setsockopt. `value` is an int or the bytes of whatever structure
  // the option wants, at most 2^31 - 1. Source: setsockopt(2).
  absl::Status SetSockOpt(int level, int optname, int value);
  absl::Status SetSockOpt(int level, int optname, absl::string_view value);
  // An option that is a length alone, such as ALG_SET_AEAD_AUTHSIZE.
  absl::Status SetSockOpt(int level, int optname, std::nullptr_t,
                          std::size_t optlen);

  // Python: setblocking. false is SetTimeout(0), true is SetTimeout(infinite).
  absl::Status SetBlocking(bool flag);

  // Python: settimeout. Zero is non-blocking, absl::InfiniteDuration() (None in
  // Python) is blocking, anything between is the timeout of every call from now
  // on. Fails with kOutOfRange if `timeout` is negative. Also sets the mode of
  // the descriptor, for the sake of other users of it; see "Blocking,
  // non-blocking, timeout" above.
  absl::Status SetTimeout(absl::Duration timeout);

  // Python: gettimeout. What SetTimeout or SetBlocking said last.
  absl::Duration GetTimeout() const { return timeout_; }

  // Python: shutdown. Ends the receiving half, the sending half, or both, and
  // wakes calls that wait on the connection: a receive returns 0 bytes, a send
  // fails. On Linux a datagram socket and an AF_UNIX listener wake only those
  // that wait without a timeout; the others find out when theirs runs out.
  // Fails with kFailedPrecondition iff not connected (IsNotConnected).
  // Source: shutdown(2).
  absl::Status Shutdown(ShutdownHow how);

 private:
  friend absl::StatusOr<std::pair<Socket, Socket>> SocketPair(AddressFamily,
                                                              SocketType,
                                                              Protocol,
                                                              Platform*);

  Socket(Platform* platform, NativeHandle handle, AddressFamily family,
         SocketType type, Protocol protocol)
      : platform_(platform),
        handle_(handle),
        family_(static_cast<std::int16_t>(family.value())),
        type_(static_cast<std::int16_t>(type.value())),
        protocol_(protocol) {}

  // connect(2) and all that comes before and after it, for Connect and
  // ConnectEx to tell it their way: the system's number, 0 for success.
  absl::StatusOr<int> TryConnect(const Address& address,
                                 SocketAddress* resolved);

  Platform* platform_ = nullptr;
  NativeHandle handle_;
  absl::Duration timeout_ = absl::InfiniteDuration();
  // Families have 16 bits on every OS, and so has a type without its flags.
  std::int16_t family_ = 0;
  std::int16_t type_ = 0;
  Protocol protocol_;
  int wait_flags_ = 0;
};

// A connection, and who made it.
struct AcceptResult {
  Socket socket;
  SocketAddress address;
};

// Python: socket.socketpair. Two connected sockets. kAfUnspec is the family
// that the OS pairs best: AF_UNIX on POSIX. Windows has no such call, so there
// it is AF_INET, a connection through the loopback address whose two ends have
// made sure of each other. Fails with kUnimplemented (IsUnsupported) iff the OS
// cannot pair sockets of that family and type. Source: socketpair(2).
absl::StatusOr<std::pair<Socket, Socket>> SocketPair(
    AddressFamily family = kAfUnspec, SocketType type = kSockStream,
    Protocol protocol = 0, Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_SOCKET_H_
