// The calls of a Platform: sockets. The rules are in
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

// What a handle is. 0 for what the OS does not tell.
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

// Calls on sockets. Every handle made here is in blocking mode, is not
// inherited by child processes, and never raises SIGPIPE.
class SocketCalls {
 public:
  virtual ~SocketCalls() = default;

  // Whether `handle` is a number that a handle of this platform can have. Of
  // any other the calls below say that it is none.
  virtual bool IsHandle(NativeHandle handle) const { return handle.valid(); }

  virtual SysResult<NativeHandle> Socket(int family, int type, int protocol);
  virtual SysResult<HandlePair> SocketPair(int family, int type, int protocol);
  virtual SysResult<NativeHandle> Dup(NativeHandle handle);

  // The handle is gone afterwards, whatever the result says. Waits for unsent
  // data only if the caller set SO_LINGER to a positive time.
  virtual SysResult<void> Close(NativeHandle handle);
  // The same for destructors: it changes nothing that the handle shares with
  // its duplicates, in other processes too, and a layer above the OS's sockets
  // neither sends nor receives. By default it is Close.
  virtual void CloseWithoutWaiting(NativeHandle handle) { Close(handle); }

  // Lets a Bind to port 0 that follows take the address only. Connect chooses
  // the port then, which is free for other peers all the same. By default the
  // platform has no such thing. Source: ip(7), IP_BIND_ADDRESS_NO_PORT.
  virtual SysResult<void> DeferPort(NativeHandle handle);
  virtual SysResult<void> Bind(NativeHandle handle, const SockAddr& address);
  virtual SysResult<void> Listen(NativeHandle handle, int backlog);
  virtual SysResult<NativeHandle> Accept(NativeHandle handle, SockAddr* peer);

  // On a non-blocking socket whose connection needs time, fails with the number
  // that means `kEinprogress`, on Windows too. `WaitEvent::kConnected` then
  // tells when the attempt has ended, and `TakeError` how.
  virtual SysResult<void> Connect(NativeHandle handle, const SockAddr& address);
  // Takes the peer back that Connect has chosen for a datagram socket; without
  // a peer it does nothing. An OS that lacks it fails with kNotSupportedError,
  // which is the default.
  virtual SysResult<void> Disconnect(NativeHandle handle);
  // SO_ERROR: the socket's pending error as `value`, which clears it.
  virtual SysResult<int> TakeError(NativeHandle handle);

  virtual SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how);

  // 0 bytes are the end of a stream, or an empty datagram. A datagram larger
  // than `buffer` is cut to it, and this is not an error, on Windows either.
  // `value` is more than `buffer` holds only if `flags` have MSG_TRUNC.
  virtual SysResult<std::size_t> Recv(NativeHandle handle,
                                      absl::Span<char> buffer, int flags);
  // `from` is AF_UNSPEC where the protocol gives no sender.
  virtual SysResult<std::size_t> RecvFrom(NativeHandle handle,
                                          absl::Span<char> buffer, int flags,
                                          SockAddr* from);
  virtual SysResult<std::size_t> Send(NativeHandle handle,
                                      absl::Span<const char> data, int flags);
  // The caller of a Send that failed will not send `unsent` again. Until then
  // a platform may count on being given the same data again after a Send that
  // would have blocked; no OS does. Other callers' data is not meant. Returns
  // how many bytes of `unsent` go out all the same, ahead of whatever is sent
  // next.
  virtual std::size_t AbandonSend(NativeHandle,
                                  absl::Span<const char> /*unsent*/) {
    return 0;
  }
  virtual SysResult<std::size_t> SendTo(NativeHandle handle,
                                        absl::Span<const char> data, int flags,
                                        const SockAddr& to);

  // The buffers are filled one after the other. What does not fit into them, or
  // into `control`, is lost, and `flags` says so. Descriptors that arrive are
  // not inherited by child processes. `from` is AF_UNSPEC where the protocol
  // gives no sender.
  virtual SysResult<ReceivedMessage> RecvMsg(
      NativeHandle handle, absl::Span<const absl::Span<char>> buffers,
      absl::Span<char> control, int flags, SockAddr* from);
  // `to` is nullptr for the peer of a connected socket.
  virtual SysResult<std::size_t> SendMsg(
      NativeHandle handle, absl::Span<const absl::string_view> buffers,
      absl::Span<const char> control, int flags, const SockAddr* to);

  virtual SysResult<void> GetSockName(NativeHandle handle, SockAddr* address);
  virtual SysResult<void> GetPeerName(NativeHandle handle, SockAddr* address);

  // `value` on success: how many bytes of `buffer` the option filled, in bytes
  // whatever the OS counts it in. If the option is longer than `buffer`, either
  // its beginning or an error. `buffer` holds zeros: there are options that
  // read it, and may be told there to write more than it has room for.
  virtual SysResult<std::size_t> GetSockOpt(NativeHandle handle, int level,
                                            int name, absl::Span<char> buffer);
  // `value` may lack its bytes: nullptr, and a size all the same.
  virtual SysResult<void> SetSockOpt(NativeHandle handle, int level, int name,
                                     absl::Span<const char> value);
  virtual SysResult<void> SetAddressReuse(NativeHandle handle,
                                          AddressReuse reuse);
  // The mode belongs to what the handle names, so duplicates of the handle
  // share it, in other processes too.
  virtual SysResult<void> SetBlocking(NativeHandle handle, bool blocking);
  // Whether the mode is now non-blocking, whoever has set it. Fails with
  // kNotSupportedError on an OS that does not tell, which is the default.
  virtual SysResult<bool> IsNonBlocking(NativeHandle handle);

  // What the OS says the handle is.
  virtual SysResult<SocketDescription> Describe(NativeHandle handle);

  // Whether child processes inherit the handle.
  virtual SysResult<bool> GetInheritable(NativeHandle handle);
  virtual SysResult<void> SetInheritable(NativeHandle handle, bool inheritable);

  // A request of the OS's own (ioctl(2), WSAIoctl). `value` on success: how
  // many bytes of `out` it filled.
  virtual SysResult<std::size_t> Ioctl(NativeHandle handle,
                                       std::uint32_t request,
                                       absl::Span<const char> in,
                                       absl::Span<char> out);

  // The handle as bytes with which that process can make one of its own, and
  // how it does.
  virtual SysResult<std::string> Share(NativeHandle handle,
                                       std::uint32_t process_id);
  virtual SysResult<NativeHandle> FromShare(absl::string_view info);
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SOCKET_CALLS_H_
