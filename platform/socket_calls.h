// The calls of a Platform: sockets. The rules that hold for every method are in
// mortise/platform/backend.h.

#ifndef MORTISE_PLATFORM_SOCKET_CALLS_H_
#define MORTISE_PLATFORM_SOCKET_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// The two ends of a socket pair. The caller owns both.
struct HandlePair {
  NativeHandle first;
  NativeHandle second;

  // Prints both: "7 and 8".
  template <typename Traits>
  friend std::basic_ostream<char, Traits>& operator<<(
      std::basic_ostream<char, Traits>& out, const HandlePair& pair) {
    return out << pair.first << " and " << pair.second;
  }
};

// What a handle is. A number that the OS does not report is 0.
struct SocketDescription {
  int family = 0;
  int type = 0;
  int protocol = 0;
};

// What RecvMsg received.
struct ReceivedMessage {
  std::size_t size = 0;          // bytes of the buffers that are filled
  std::size_t control_size = 0;  // bytes of `control` that are filled
  int flags = 0;                 // MSG_TRUNC, MSG_CTRUNC and the like
};

// Calls on sockets. "Used by `Socket::…`" names methods of the class in
// mortise/core/socket.h.
//
// Ownership. The caller owns every handle that a call here makes, and ends it
// with Close. Such a handle is in blocking mode, is not
// inherited by child processes, and never raises SIGPIPE.
//
// Waiting. A call on a handle in blocking mode waits as long as the system call
// does. A call on a handle in non-blocking mode fails with the number that
// means `kEagain` instead.
//
// Families, types, protocols, levels, options and `flags` are the OS's own
// numbers (AF_*, SOCK_*, IPPROTO_*, SOL_*, SO_*, MSG_*).
class SocketCalls {
 public:
  virtual ~SocketCalls() = default;

  // Returns whether `handle` is a number that a handle of this platform can
  // have. For any other number the calls below fail as they do for a handle
  // that is not open. By default every valid handle is such a number. Used by
  // `Socket::FromFd`, `Socket::Adopt`, and for descriptors that are sent.
  virtual bool IsHandle(NativeHandle handle) const { return handle.valid(); }

  // Makes a socket. Used by `Socket::Create`. Python: socket.socket. Source:
  // socket(2).
  virtual SysResult<NativeHandle> Socket(int family, int type, int protocol);
  // Makes two sockets that are connected to each other. Used by `SocketPair`.
  // Python: socket.socketpair. Source: socketpair(2).
  virtual SysResult<HandlePair> SocketPair(int family, int type, int protocol);
  // Makes a second handle for the socket of `handle`. Used by `Socket::Dup` and
  // `Socket::FromFd`. Python: socket.dup. Source: dup(2), WSADuplicateSocketW.
  virtual SysResult<NativeHandle> Dup(NativeHandle handle);

  // Closes the handle, whatever the result is. Waits for unsent data only if
  // the caller has set SO_LINGER to a positive time. Changes nothing that the
  // handle shares with its duplicates, including those in other processes. Used
  // by `Socket::Close` and `~Socket`, and for received descriptors that the
  // program has not taken. Python: socket.close. Source: close(2), closesocket.
  virtual SysResult<void> Close(NativeHandle handle);

  // Makes a later Bind to port 0 take the address only. Connect then chooses
  // the port, which stays free for connections to other peers. Used by
  // `CreateConnection` with a source address; `core/` ignores a failure.
  // Source: ip(7), IP_BIND_ADDRESS_NO_PORT.
  virtual SysResult<void> DeferPort(NativeHandle handle);
  // Gives the socket the address `address`. Used by `Socket::Bind`. Python:
  // socket.bind. Source: bind(2).
  virtual SysResult<void> Bind(NativeHandle handle, const SockAddr& address);
  // Starts to take connections. At most `backlog` of them, 0 or more, wait to
  // be accepted. Used by `Socket::Listen`. Python: socket.listen. Source:
  // listen(2).
  virtual SysResult<void> Listen(NativeHandle handle, int backlog);
  // Returns a new handle for a connection that has come in. `*peer` becomes its
  // peer's address. If the call fails, `*peer` is unchanged. The new handle is
  // in blocking mode, whatever the mode of `handle` is. Used by
  // `Socket::Accept`. Python: socket.accept. Source: accept(2).
  virtual SysResult<NativeHandle> Accept(NativeHandle handle, SockAddr* peer);

  // Connects the socket to `address`. If the socket is non-blocking and the
  // connection needs time, the call fails with the number that means
  // `kEinprogress`, on Windows too. `WaitEvents::kConnected` then tells when
  // the attempt has ended, and TakeError tells how. Used by `Socket::Connect`,
  // `Socket::ConnectEx` and `CreateConnection`. Python: socket.connect. Source:
  // connect(2).
  virtual SysResult<void> Connect(NativeHandle handle, const SockAddr& address);
  // Takes away the peer that Connect has given to a datagram socket. Does
  // nothing if there is no peer. An OS that lacks this fails with
  // kNotSupportedError. Used by `Socket::Disconnect`. Python has no
  // counterpart. Source: connect(2), AF_UNSPEC.
  virtual SysResult<void> Disconnect(NativeHandle handle);
  // Returns the pending error of the socket as `value`, and clears it. 0 means
  // that there is none. Used by `Socket::TakeError`, and by `Socket::Connect`
  // after a wait. Python: getsockopt(SOL_SOCKET, SO_ERROR). Source: socket(7),
  // SO_ERROR.
  virtual SysResult<int> TakeError(NativeHandle handle);

  // Ends receiving, sending, or both. Used by `Socket::Shutdown`. Python:
  // socket.shutdown. Source: shutdown(2).
  virtual SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how);
  // Returns whether receiving on the socket has ended, by a Shutdown of it
  // anywhere or, for a stream, by its peer. What came before may still be
  // there. Used where the OS reports such a socket as readable and then says
  // that a receive or an Accept would block. An OS that never does so fails
  // with kNotSupportedError. Source: poll(2), POLLRDHUP.
  virtual SysResult<bool> HasReceivingEnded(NativeHandle handle);
  // Returns a number that all handles of one socket share in this process, and
  // that no other open socket has. If it fails, the number of the handle takes
  // its place. Used by `Socket::Shutdown`, and by waits that it has to wake.
  // Source: fstat(2), st_ino.
  virtual SysResult<std::uint64_t> Identity(NativeHandle handle);

  // Receives what has arrived, at most `buffer`. Returns how many bytes. 0
  // bytes mean the end of a stream, or an empty datagram. A datagram larger
  // than `buffer` is truncated, and this is not an error, on Windows either.
  // `value` is larger than `buffer` only if `flags` have MSG_TRUNC. Used by
  // `Socket::Recv` and `SocketFile`. Python: socket.recv_into. Source: recv(2).
  virtual SysResult<std::size_t> Recv(NativeHandle handle,
                                      absl::Span<char> buffer, int flags);
  // Receives as Recv does. `*from` becomes the address of the sender, or
  // AF_UNSPEC if the protocol does not report the sender. Used by
  // `Socket::RecvFrom`. Python: socket.recvfrom_into. Source: recvfrom(2).
  virtual SysResult<std::size_t> RecvFrom(NativeHandle handle,
                                          absl::Span<char> buffer, int flags,
                                          SockAddr* from);
  // Sends `data`. Returns how many bytes the platform has taken, which may be
  // fewer than `data` has. Used by `Socket::Send`, `Socket::SendAll`,
  // `SendFile` and `SocketFile`. Python: socket.send. Source: send(2).
  virtual SysResult<std::size_t> Send(NativeHandle handle,
                                      absl::Span<const char> data, int flags);
  // Sends `data` as Send does, to the address `to`. Used by `Socket::SendTo`.
  // Python: socket.sendto. Source: sendto(2).
  virtual SysResult<std::size_t> SendTo(NativeHandle handle,
                                        absl::Span<const char> data, int flags,
                                        const SockAddr& to);

  // Receives into `buffers`, which are filled in order, and ancillary data into
  // `control`. The rest of a message that does not fit is lost, and `flags` of
  // the result say so. Descriptors that arrive are not inherited by child
  // processes. The caller owns the descriptors that are in `control`. `*from`
  // becomes the address of the sender, or AF_UNSPEC if the protocol does not
  // report the sender. Used by `RecvMsg` (mortise/core/message.h) and
  // `RecvFds`. Python: socket.recvmsg_into. Source: recvmsg(2), WSARecvMsg.
  virtual SysResult<ReceivedMessage> RecvMsg(
      NativeHandle handle, absl::Span<const absl::Span<char>> buffers,
      absl::Span<char> control, int flags, SockAddr* from);
  // Sends the bytes of `buffers`, in order, with the ancillary data `control`.
  // `to` is nullptr for the peer of a connected socket. Returns how many bytes
  // of `buffers` the platform has taken. Used by `SendMsg`
  // (mortise/core/message.h) and `SendFds`. Python: socket.sendmsg. Source:
  // sendmsg(2), WSASendMsg.
  virtual SysResult<std::size_t> SendMsg(
      NativeHandle handle, absl::Span<const absl::string_view> buffers,
      absl::Span<const char> control, int flags, const SockAddr* to);

  // Sets `*address` to the socket's own address. Used by `Socket::GetSockName`.
  // Python: socket.getsockname. Source: getsockname(2).
  virtual SysResult<void> GetSockName(NativeHandle handle, SockAddr* address);
  // Sets `*address` to the address of the peer. Used by `Socket::GetPeerName`,
  // and for the texts of errors. Python: socket.getpeername. Source:
  // getpeername(2).
  virtual SysResult<void> GetPeerName(NativeHandle handle, SockAddr* address);

  // Reads an option into `buffer`. Returns how many bytes of `buffer` the
  // option has filled, in bytes whatever unit the OS counts in. If the option
  // is longer than `buffer`, the call returns either its beginning or an error.
  // Before the call `buffer` must hold zeros. Some options read it, and bytes
  // that are not zero could tell them to write more than it has room for. Used
  // by `Socket::GetSockOpt`. Python: socket.getsockopt. Source: getsockopt(2).
  virtual SysResult<std::size_t> GetSockOpt(NativeHandle handle, int level,
                                            int name, absl::Span<char> buffer);
  // Sets an option. `value` may be a length without bytes: `data()` is nullptr,
  // and `size()` is not 0. Used by `Socket::SetSockOpt`. Python:
  // socket.setsockopt. Source: setsockopt(2).
  virtual SysResult<void> SetSockOpt(NativeHandle handle, int level, int name,
                                     absl::Span<const char> value);
  // Sets how the socket shares its address, before Bind. Used by
  // `Socket::SetAddressReuse`, `CreateServer` and `CreateConnection`. Python
  // has no counterpart.
  virtual SysResult<void> SetAddressReuse(NativeHandle handle,
                                          AddressReuse reuse);
  // Sets the mode of the socket. Duplicates of the handle share the mode, in
  // other processes too. Used by `Socket::SetTimeout` and
  // `Socket::SetBlocking`. Python: socket.setblocking. Source: fcntl(2),
  // O_NONBLOCK; ioctlsocket, FIONBIO.
  virtual SysResult<void> SetBlocking(NativeHandle handle, bool blocking);
  // Returns whether the mode is non-blocking now, no matter which process or
  // duplicate has set it. An OS that does not report the mode fails with
  // kNotSupportedError. Used when a call would block, to find out whether it
  // may wait. Source: fcntl(2), F_GETFL.
  virtual SysResult<bool> IsNonBlocking(NativeHandle handle);

  // Returns what the OS says that the handle is. Used by `Socket::FromFd` and
  // `Socket::Adopt` without a family. Python: socket.socket(fileno=fd). Source:
  // socket(7), SO_DOMAIN, SO_TYPE, SO_PROTOCOL; SO_PROTOCOL_INFO of Winsock.
  virtual SysResult<SocketDescription> Describe(NativeHandle handle);

  // Returns whether child processes inherit the handle. Used by
  // `Socket::GetInheritable`. Python: socket.get_inheritable. Source: fcntl(2),
  // FD_CLOEXEC; GetHandleInformation.
  virtual SysResult<bool> GetInheritable(NativeHandle handle);
  // Sets whether child processes inherit the handle. Used by
  // `Socket::SetInheritable`. Python: socket.set_inheritable. Source: as for
  // GetInheritable.
  virtual SysResult<void> SetInheritable(NativeHandle handle, bool inheritable);

  // Makes a request that only the OS knows. Returns how many bytes of `out` the
  // request has filled. The POSIX backend lacks it, because ioctl(2) knows no
  // lengths. Used by `Ioctl` (mortise/core/windows_socket.h). Python:
  // socket.ioctl. Source: WSAIoctl.
  virtual SysResult<std::size_t> Ioctl(NativeHandle handle,
                                       std::uint32_t request,
                                       absl::Span<const char> in,
                                       absl::Span<char> out);

  // Describes the socket in bytes, with which the process `process_id` can make
  // a handle for it by FromShare. Only Windows has it. Used by `Share`
  // (mortise/core/windows_socket.h). Python: socket.share. Source:
  // WSADuplicateSocketW.
  virtual SysResult<std::string> Share(NativeHandle handle,
                                       std::uint32_t process_id);
  // Makes a handle from the bytes that Share has returned in another process.
  // Used by `FromShare` (mortise/core/windows_socket.h). Python:
  // socket.fromshare. Source: WSASocketW.
  virtual SysResult<NativeHandle> FromShare(absl::string_view info);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SOCKET_CALLS_H_
