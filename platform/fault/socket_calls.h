// The socket calls of a platform with faults.

#ifndef MORTISE_PLATFORM_FAULT_SOCKET_CALLS_H_
#define MORTISE_PLATFORM_FAULT_SOCKET_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {

// IsHandle is passed on: it cannot fail.
class FaultySocketCalls final : public ForwardingSocketCalls {
 public:
  FaultySocketCalls(SocketCalls& next, const FaultyCall& faults)
      : ForwardingSocketCalls(next), faults_(faults) {}

  SysResult<NativeHandle> Socket(int family, int type, int protocol) override;
  SysResult<HandlePair> SocketPair(int family, int type, int protocol) override;
  SysResult<NativeHandle> Dup(NativeHandle handle) override;
  SysResult<void> Close(NativeHandle handle) override;
  SysResult<void> DeferPort(NativeHandle handle) override;
  SysResult<void> Bind(NativeHandle handle, const SockAddr& address) override;
  SysResult<void> Listen(NativeHandle handle, int backlog) override;
  SysResult<NativeHandle> Accept(NativeHandle handle, SockAddr* peer) override;
  SysResult<void> Connect(NativeHandle handle,
                          const SockAddr& address) override;
  SysResult<void> Disconnect(NativeHandle handle) override;
  SysResult<int> TakeError(NativeHandle handle) override;
  SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how) override;
  SysResult<bool> HasReceivingEnded(NativeHandle handle) override;
  SysResult<std::uint64_t> Identity(NativeHandle handle) override;
  SysResult<std::size_t> Recv(NativeHandle handle, absl::Span<char> buffer,
                              int flags) override;
  SysResult<std::size_t> RecvFrom(NativeHandle handle, absl::Span<char> buffer,
                                  int flags, SockAddr* from) override;
  SysResult<std::size_t> Send(NativeHandle handle, absl::Span<const char> data,
                              int flags) override;
  SysResult<std::size_t> SendTo(NativeHandle handle,
                                absl::Span<const char> data, int flags,
                                const SockAddr& to) override;
  SysResult<ReceivedMessage> RecvMsg(NativeHandle handle,
                                     absl::Span<const absl::Span<char>> buffers,
                                     absl::Span<char> control, int flags,
                                     SockAddr* from) override;
  SysResult<std::size_t> SendMsg(NativeHandle handle,
                                 absl::Span<const absl::string_view> buffers,
                                 absl::Span<const char> control, int flags,
                                 const SockAddr* to) override;
  SysResult<void> GetSockName(NativeHandle handle, SockAddr* address) override;
  SysResult<void> GetPeerName(NativeHandle handle, SockAddr* address) override;
  SysResult<std::size_t> GetSockOpt(NativeHandle handle, int level, int name,
                                    absl::Span<char> buffer) override;
  SysResult<void> SetSockOpt(NativeHandle handle, int level, int name,
                             absl::Span<const char> value) override;
  SysResult<void> SetAddressReuse(NativeHandle handle,
                                  AddressReuse reuse) override;
  SysResult<void> SetBlocking(NativeHandle handle, bool blocking) override;
  SysResult<bool> IsNonBlocking(NativeHandle handle) override;
  SysResult<SocketDescription> Describe(NativeHandle handle) override;
  SysResult<bool> GetInheritable(NativeHandle handle) override;
  SysResult<void> SetInheritable(NativeHandle handle,
                                 bool inheritable) override;
  SysResult<std::size_t> Ioctl(NativeHandle handle, std::uint32_t request,
                               absl::Span<const char> in,
                               absl::Span<char> out) override;
  SysResult<std::string> Share(NativeHandle handle,
                               std::uint32_t process_id) override;
  SysResult<NativeHandle> FromShare(absl::string_view info) override;

 private:
  // Makes a call that returns a new handle.
  template <typename Function>
  SysResult<NativeHandle> MakeHandle(Call call, NativeHandle handle,
                                     Function function);

  const FaultyCall& faults_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_SOCKET_CALLS_H_
