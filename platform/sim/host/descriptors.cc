// The calls about a socket as a handle.

#include <cstdint>
#include <memory>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/sockets.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/socket_calls.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

SysResult<NativeHandle> Sockets::Dup(NativeHandle handle) {
  return On({"dup", handle}, [&](Call& call, sim::Socket&) {
    const Result<std::int64_t> added =
        call.kernel().handles().Add(call.Find(handle));
    return Result<NativeHandle>{NativeHandle(added.value), added.error};
  });
}

SysResult<void> Sockets::Close(NativeHandle handle) {
  CallInfo info("close", handle);
  info.is_of_destructors = true;
  return Perform(host_, info, [&](Call& call) {
    std::shared_ptr<OpenFile> file =
        call.kernel().handles().Remove(handle.value());
    if (file == nullptr) return ErrorCode::kEbadf;
    const std::shared_ptr<sim::Socket> socket = file->shared_socket();
    const bool is_last = file.use_count() == 1;
    file.reset();
    if (!is_last || !socket->options().lingers) return kDone;
    const Time deadline =
        Later(call.kernel().now(), socket->options().linger_seconds * kSecond);
    while (socket->IsSending() && call.WaitFor(*socket, kAnything, deadline)) {
    }
    return kDone;
  });
}

SysResult<std::uint64_t> Sockets::Identity(NativeHandle handle) {
  return On({"identity", handle}, [&](Call&, sim::Socket& socket) {
    return Result<std::uint64_t>{socket.identity()};
  });
}

SysResult<void> Sockets::SetBlocking(NativeHandle handle, bool blocking) {
  return On({"set blocking", handle}, [&](Call&, sim::Socket& socket) {
    socket.set_blocking(blocking);
    return kDone;
  });
}

SysResult<bool> Sockets::IsNonBlocking(NativeHandle handle) {
  return On({"is non-blocking", handle}, [&](Call&, sim::Socket& socket) {
    return Result<bool>{!socket.is_blocking()};
  });
}

SysResult<SocketDescription> Sockets::Describe(NativeHandle handle) {
  return On({"describe", handle}, [&](Call&, sim::Socket& socket) {
    Result<SocketDescription> description;
    description.value.family = socket.family();
    description.value.type = socket.type();
    description.value.protocol = socket.protocol();
    return description;
  });
}

SysResult<bool> Sockets::GetInheritable(NativeHandle handle) {
  return On({"get inheritable", handle}, [&](Call& call, sim::Socket&) {
    return Result<bool>{call.kernel().handles().is_inheritable(handle.value())};
  });
}

SysResult<void> Sockets::SetInheritable(NativeHandle handle, bool inheritable) {
  return On({"set inheritable", handle}, [&](Call& call, sim::Socket&) {
    call.kernel().handles().set_inheritable(handle.value(), inheritable);
    return kDone;
  });
}

}  // namespace sim
}  // namespace mortise
