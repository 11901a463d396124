#include "mortise/platform/sim/host/sockets.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/plain_socket_type.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::int64_t kMostHandle = 0x7fffffff;

}  // namespace

bool Sockets::IsHandle(NativeHandle handle) const {
  return handle.value() >= 0 && handle.value() <= kMostHandle;
}

SysResult<NativeHandle> Sockets::Socket(int family, int type, int protocol) {
  Call call(host_);
  const PlainSocketType plain = SplitSocketType(type);
  const Result<std::int64_t> made =
      call.kernel().NewSocket(family, plain.type, protocol);
  if (!made.ok()) return {NativeHandle(), call.Native(made.error)};
  const NativeHandle handle(made.value);
  if (plain.non_blocking) call.Find(handle)->socket().set_blocking(false);
  return {handle, 0};
}

SysResult<HandlePair> Sockets::SocketPair(int family, int type, int protocol) {
  Call call(host_);
  const PlainSocketType plain = SplitSocketType(type);
  const Result<std::pair<std::int64_t, std::int64_t>> made =
      call.kernel().NewPair(family, plain.type, protocol);
  if (!made.ok()) return {{}, call.Native(made.error)};
  HandlePair pair;
  pair.first = NativeHandle(made.value.first);
  pair.second = NativeHandle(made.value.second);
  if (plain.non_blocking) {
    call.Find(pair.first)->socket().set_blocking(false);
    call.Find(pair.second)->socket().set_blocking(false);
  }
  return {pair, 0};
}

SysResult<void> Sockets::Bind(NativeHandle handle, const SockAddr& address) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {call.Bad()};
  return {call.Native(file->socket().Bind(address))};
}

SysResult<void> Sockets::Listen(NativeHandle handle, int backlog) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {call.Bad()};
  return {call.Native(file->socket().Listen(backlog))};
}

SysResult<NativeHandle> Sockets::Accept(NativeHandle handle, SockAddr* peer) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {NativeHandle(), call.Bad()};
  sim::Socket& listener = file->socket();
  SockAddr from;
  const auto accept = [&]() -> Result<std::shared_ptr<sim::Socket>> {
    // Without a handle for it, the connection stays in the queue.
    if (!call.kernel().handles().HasRoomFor(1)) {
      return {nullptr, ErrorCode::kEmfile};
    }
    return listener.Accept(&from);
  };
  Result<std::shared_ptr<sim::Socket>> accepted =
      call.Until(listener, listener.is_blocking(), kReadable | kEnded,
                 listener.options().receive_timeout, accept);
  if (!accepted.ok()) return {NativeHandle(), call.Native(accepted.error)};
  *peer = from;
  const Result<std::int64_t> made =
      call.kernel().NewHandle(std::move(accepted.value));
  return {NativeHandle(made.value), call.Native(made.error)};
}

SysResult<void> Sockets::Connect(NativeHandle handle, const SockAddr& address) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {call.Bad()};
  sim::Socket& socket = file->socket();
  bool has_begun = false;
  const auto connect = [&]() -> ErrorCode {
    const ErrorCode error = socket.Connect(address);
    if (!socket.is_blocking()) return error;
    // Whoever waits asks again until the attempt has ended.
    const bool goes_on = error == ErrorCode::kEinprogress ||
                         (has_begun && error == ErrorCode::kEalready);
    has_begun |= error == ErrorCode::kEinprogress;
    return goes_on ? ErrorCode::kEagain : error;
  };
  const ErrorCode error = call.Until(socket, socket.is_blocking(), kWritable,
                                     socket.options().send_timeout, connect);
  // The socket's own time limit has passed.
  if (error == ErrorCode::kEagain && has_begun) {
    return {call.Native(ErrorCode::kEinprogress)};
  }
  return {call.Native(error)};
}

SysResult<void> Sockets::Disconnect(NativeHandle handle) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {call.Bad()};
  return {call.Native(file->socket().Disconnect())};
}

SysResult<int> Sockets::TakeError(NativeHandle handle) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {0, call.Bad()};
  return {call.Native(file->socket().TakeError()), 0};
}

SysResult<void> Sockets::Shutdown(NativeHandle handle, ShutdownHow how) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {call.Bad()};
  return {call.Native(file->socket().Shutdown(how != ShutdownHow::kWrite,
                                              how != ShutdownHow::kRead))};
}

SysResult<bool> Sockets::HasReceivingEnded(NativeHandle handle) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {false, call.Bad()};
  return {(file->socket().Ready() & kEnded) != 0, 0};
}

SysResult<void> Sockets::GetSockName(NativeHandle handle, SockAddr* address) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {call.Bad()};
  *address = file->socket().LocalName();
  return {0};
}

SysResult<void> Sockets::GetPeerName(NativeHandle handle, SockAddr* address) {
  Call call(host_);
  const std::shared_ptr<OpenFile> file = call.Find(handle);
  if (file == nullptr) return {call.Bad()};
  const Result<SockAddr> peer = file->socket().PeerName();
  if (!peer.ok()) return {call.Native(peer.error)};
  *address = peer.value;
  return {0};
}

}  // namespace sim
}  // namespace mortise
