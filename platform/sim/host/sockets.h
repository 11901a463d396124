// The calls on sockets of a simulated host.

#ifndef MORTISE_PLATFORM_SIM_HOST_SOCKETS_H_
#define MORTISE_PLATFORM_SIM_HOST_SOCKETS_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/message_flags.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

// `host` must outlive it. Thread-safe.
class Sockets final : public SocketCalls {
 public:
  explicit Sockets(const HostRef& host) : host_(host) {}

  // sockets.cc
  bool IsHandle(NativeHandle handle) const override;
  SysResult<NativeHandle> Socket(int family, int type, int protocol) override;
  SysResult<HandlePair> SocketPair(int family, int type, int protocol) override;
  SysResult<void> Bind(NativeHandle handle, const SockAddr& address) override;
  SysResult<void> Listen(NativeHandle handle, int backlog) override;
  SysResult<NativeHandle> Accept(NativeHandle handle, SockAddr* peer) override;
  SysResult<void> Connect(NativeHandle handle,
                          const SockAddr& address) override;
  SysResult<void> Disconnect(NativeHandle handle) override;
  SysResult<int> TakeError(NativeHandle handle) override;
  SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how) override;
  SysResult<bool> HasReceivingEnded(NativeHandle handle) override;
  SysResult<void> GetSockName(NativeHandle handle, SockAddr* address) override;
  SysResult<void> GetPeerName(NativeHandle handle, SockAddr* address) override;

  // messages.cc
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

  // options.cc
  SysResult<std::size_t> GetSockOpt(NativeHandle handle, int level, int name,
                                    absl::Span<char> buffer) override;
  SysResult<void> SetSockOpt(NativeHandle handle, int level, int name,
                             absl::Span<const char> value) override;
  SysResult<void> SetAddressReuse(NativeHandle handle,
                                  AddressReuse reuse) override;
  SysResult<void> DeferPort(NativeHandle handle) override;

  // descriptors.cc
  SysResult<NativeHandle> Dup(NativeHandle handle) override;
  SysResult<void> Close(NativeHandle handle) override;
  SysResult<std::uint64_t> Identity(NativeHandle handle) override;
  SysResult<void> SetBlocking(NativeHandle handle, bool blocking) override;
  SysResult<bool> IsNonBlocking(NativeHandle handle) override;
  SysResult<SocketDescription> Describe(NativeHandle handle) override;
  SysResult<bool> GetInheritable(NativeHandle handle) override;
  SysResult<void> SetInheritable(NativeHandle handle,
                                 bool inheritable) override;

 private:
  template <typename Body>
  auto On(const CallInfo& info, Body body) {
    return PerformOn(host_, info, std::move(body));
  }

  // Fills `message`, and waits as the socket and `flags` say.
  Result<std::size_t> Receive(Call& call, sim::Socket& socket, int flags,
                              Incoming* message);
  Result<std::size_t> Transmit(Call& call, sim::Socket& socket, int flags,
                               const Outgoing& message);

  const HostRef host_;
  const MessageFlags flags_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_SOCKETS_H_
