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
  Call call(host_);
  std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {NativeHandle(), call.Bad()};
  const Result<std::int64_t> added =
      call.kernel().handles().Add(std::move(file));
  if (!added.ok()) return {NativeHandle(), call.Native(added.error)};
  return {NativeHandle(added.value), 0};
}

SysResult<void> Sockets::Close(NativeHandle handle) {
  Call call(host_);
  std::shared_ptr<OpenFile> file =
      call.kernel().handles().Remove(handle.value());
  if (file == nullptr) return {call.Bad()};
  const std::shared_ptr<sim::Socket> socket = file->shared_socket();
  const bool is_last = file.use_count() == 1;
  file.reset();
  if (!is_last || !socket->options().lingers) return {0};
  const Time deadline =
      Later(call.kernel().now(), socket->options().linger_seconds * kSecond);
  while (socket->IsSending() && call.WaitFor(*socket, kAnything, deadline)) {
  }
  return {0};
}

SysResult<std::uint64_t> Sockets::Identity(NativeHandle handle) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {0, call.Bad()};
  return {file->socket().identity(), 0};
}

SysResult<void> Sockets::SetBlocking(NativeHandle handle, bool blocking) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {call.Bad()};
  file->socket().set_blocking(blocking);
  return {0};
}

SysResult<bool> Sockets::IsNonBlocking(NativeHandle handle) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {false, call.Bad()};
  return {!file->socket().is_blocking(), 0};
}

SysResult<SocketDescription> Sockets::Describe(NativeHandle handle) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {{}, call.Bad()};
  SocketDescription description;
  description.family = file->socket().family();
  description.type = file->socket().type();
  description.protocol = file->socket().protocol();
  return {description, 0};
}

SysResult<bool> Sockets::GetInheritable(NativeHandle handle) {
  Call call(host_);
  if (call.Find(handle) == nullptr) return {false, call.Bad()};
  return {call.kernel().handles().is_inheritable(handle.value()), 0};
}

SysResult<void> Sockets::SetInheritable(NativeHandle handle, bool inheritable) {
  Call call(host_);
  if (call.Find(handle) == nullptr) return {call.Bad()};
  call.kernel().handles().set_inheritable(handle.value(), inheritable);
  return {0};
}

}  // namespace sim
}  // namespace mortise
