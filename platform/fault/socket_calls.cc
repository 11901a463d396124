// Creates, connects and configures sockets. transfers.cc moves their data.

#include "mortise/platform/fault/socket_calls.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {
namespace {

CallArguments WithAddress(Call call, NativeHandle handle,
                          const SockAddr& address) {
  CallArguments arguments = {call, handle};
  arguments.address = &address;
  return arguments;
}

}  // namespace

template <typename Function>
SysResult<NativeHandle> FaultySocketCalls::MakeHandle(Call call,
                                                      NativeHandle handle,
                                                      Function function) {
  return faults_.Make({call, handle}, function,
                      [this](SysResult<NativeHandle>& made) {
                        (void)next().Close(made.value);
                        made = {};
                      });
}

SysResult<NativeHandle> FaultySocketCalls::Socket(int family, int type,
                                                  int protocol) {
  return MakeHandle(Call::kSocket, NativeHandle(),
                    [&] { return next().Socket(family, type, protocol); });
}

SysResult<HandlePair> FaultySocketCalls::SocketPair(int family, int type,
                                                    int protocol) {
  return faults_.Make(
      {Call::kSocketPair},
      [&] { return next().SocketPair(family, type, protocol); },
      [this](SysResult<HandlePair>& made) {
        (void)next().Close(made.value.first);
        (void)next().Close(made.value.second);
        made = {};
      });
}

SysResult<NativeHandle> FaultySocketCalls::Dup(NativeHandle handle) {
  return MakeHandle(Call::kDup, handle, [&] { return next().Dup(handle); });
}

SysResult<void> FaultySocketCalls::Close(NativeHandle handle) {
  bool is_closed = false;
  const SysResult<void> result = faults_.Make({Call::kClose, handle}, [&] {
    is_closed = true;
    return next().Close(handle);
  });
  // Whatever the result is, the handle is closed.
  if (!is_closed) (void)next().Close(handle);
  return result;
}

SysResult<void> FaultySocketCalls::DeferPort(NativeHandle handle) {
  return faults_.Make({Call::kDeferPort, handle},
                      [&] { return next().DeferPort(handle); });
}

SysResult<void> FaultySocketCalls::Bind(NativeHandle handle,
                                        const SockAddr& address) {
  return faults_.Make(WithAddress(Call::kBind, handle, address),
                      [&] { return next().Bind(handle, address); });
}

SysResult<void> FaultySocketCalls::Listen(NativeHandle handle, int backlog) {
  return faults_.Make({Call::kListen, handle},
                      [&] { return next().Listen(handle, backlog); });
}

SysResult<NativeHandle> FaultySocketCalls::Accept(NativeHandle handle,
                                                  SockAddr* peer) {
  SockAddr accepted;
  const SysResult<NativeHandle> result = MakeHandle(
      Call::kAccept, handle, [&] { return next().Accept(handle, &accepted); });
  // A call that fails leaves `*peer` as it is.
  if (result.ok()) *peer = accepted;
  return result;
}

SysResult<void> FaultySocketCalls::Connect(NativeHandle handle,
                                           const SockAddr& address) {
  return faults_.Make(WithAddress(Call::kConnect, handle, address),
                      [&] { return next().Connect(handle, address); });
}

SysResult<void> FaultySocketCalls::Disconnect(NativeHandle handle) {
  return faults_.Make({Call::kDisconnect, handle},
                      [&] { return next().Disconnect(handle); });
}

SysResult<int> FaultySocketCalls::TakeError(NativeHandle handle) {
  return faults_.Make({Call::kTakeError, handle},
                      [&] { return next().TakeError(handle); });
}

SysResult<void> FaultySocketCalls::Shutdown(NativeHandle handle,
                                            ShutdownHow how) {
  return faults_.Make({Call::kShutdown, handle},
                      [&] { return next().Shutdown(handle, how); });
}

SysResult<bool> FaultySocketCalls::HasReceivingEnded(NativeHandle handle) {
  return faults_.Make({Call::kHasReceivingEnded, handle},
                      [&] { return next().HasReceivingEnded(handle); });
}

SysResult<std::uint64_t> FaultySocketCalls::Identity(NativeHandle handle) {
  return faults_.Make({Call::kIdentity, handle},
                      [&] { return next().Identity(handle); });
}

SysResult<void> FaultySocketCalls::GetSockName(NativeHandle handle,
                                               SockAddr* address) {
  return faults_.Make({Call::kGetSockName, handle},
                      [&] { return next().GetSockName(handle, address); });
}

SysResult<void> FaultySocketCalls::GetPeerName(NativeHandle handle,
                                               SockAddr* address) {
  return faults_.Make({Call::kGetPeerName, handle},
                      [&] { return next().GetPeerName(handle, address); });
}

SysResult<std::size_t> FaultySocketCalls::GetSockOpt(NativeHandle handle,
                                                     int level, int name,
                                                     absl::Span<char> buffer) {
  return faults_.Make({Call::kGetSockOpt, handle}, [&] {
    return next().GetSockOpt(handle, level, name, buffer);
  });
}

SysResult<void> FaultySocketCalls::SetSockOpt(NativeHandle handle, int level,
                                              int name,
                                              absl::Span<const char> value) {
  return faults_.Make({Call::kSetSockOpt, handle}, [&] {
    return next().SetSockOpt(handle, level, name, value);
  });
}

SysResult<void> FaultySocketCalls::SetAddressReuse(NativeHandle handle,
                                                   AddressReuse reuse) {
  return faults_.Make({Call::kSetAddressReuse, handle},
                      [&] { return next().SetAddressReuse(handle, reuse); });
}

SysResult<void> FaultySocketCalls::SetBlocking(NativeHandle handle,
                                               bool blocking) {
  return faults_.Make({Call::kSetBlocking, handle},
                      [&] { return next().SetBlocking(handle, blocking); });
}

SysResult<bool> FaultySocketCalls::IsNonBlocking(NativeHandle handle) {
  return faults_.Make({Call::kIsNonBlocking, handle},
                      [&] { return next().IsNonBlocking(handle); });
}

SysResult<SocketDescription> FaultySocketCalls::Describe(NativeHandle handle) {
  return faults_.Make({Call::kDescribe, handle},
                      [&] { return next().Describe(handle); });
}

SysResult<bool> FaultySocketCalls::GetInheritable(NativeHandle handle) {
  return faults_.Make({Call::kGetInheritable, handle},
                      [&] { return next().GetInheritable(handle); });
}

SysResult<void> FaultySocketCalls::SetInheritable(NativeHandle handle,
                                                  bool inheritable) {
  return faults_.Make({Call::kSetInheritable, handle}, [&] {
    return next().SetInheritable(handle, inheritable);
  });
}

SysResult<std::size_t> FaultySocketCalls::Ioctl(NativeHandle handle,
                                                std::uint32_t request,
                                                absl::Span<const char> in,
                                                absl::Span<char> out) {
  return faults_.Make({Call::kIoctl, handle},
                      [&] { return next().Ioctl(handle, request, in, out); });
}

SysResult<std::string> FaultySocketCalls::Share(NativeHandle handle,
                                                std::uint32_t process_id) {
  return faults_.Make({Call::kShare, handle},
                      [&] { return next().Share(handle, process_id); });
}

SysResult<NativeHandle> FaultySocketCalls::FromShare(absl::string_view info) {
  return MakeHandle(Call::kFromShare, NativeHandle(),
                    [&] { return next().FromShare(info); });
}

}  // namespace fault
}  // namespace mortise
