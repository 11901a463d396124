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
  return Perform(host_, "socket", [&](Call& call) {
    const PlainSocketType plain = SplitSocketType(type);
    const Result<std::int64_t> made =
        call.kernel().NewSocket(family, plain.type, protocol);
    const NativeHandle handle(made.value);
    if (made.ok() && plain.non_blocking) {
      call.Find(handle)->socket().set_blocking(false);
    }
    return Result<NativeHandle>{handle, made.error};
  });
}

SysResult<HandlePair> Sockets::SocketPair(int family, int type, int protocol) {
  return Perform(host_, "socketpair", [&](Call& call) {
    const PlainSocketType plain = SplitSocketType(type);
    const Result<std::pair<std::int64_t, std::int64_t>> made =
        call.kernel().NewPair(family, plain.type, protocol);
    HandlePair pair;
    pair.first = NativeHandle(made.value.first);
    pair.second = NativeHandle(made.value.second);
    if (made.ok() && plain.non_blocking) {
      call.Find(pair.first)->socket().set_blocking(false);
      call.Find(pair.second)->socket().set_blocking(false);
    }
    return Result<HandlePair>{pair, made.error};
  });
}

SysResult<void> Sockets::Bind(NativeHandle handle, const SockAddr& address) {
  return On({"bind", handle, &address},
            [&](Call&, sim::Socket& socket) { return socket.Bind(address); });
}

SysResult<void> Sockets::Listen(NativeHandle handle, int backlog) {
  return On({"listen", handle},
            [&](Call&, sim::Socket& socket) { return socket.Listen(backlog); });
}

SysResult<NativeHandle> Sockets::Accept(NativeHandle handle, SockAddr* peer) {
  return On({"accept", handle}, [&](Call& call, sim::Socket& listener) {
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
    if (!accepted.ok()) return Result<NativeHandle>{{}, accepted.error};
    *peer = from;
    const Result<std::int64_t> made =
        call.kernel().NewHandle(std::move(accepted.value));
    return Result<NativeHandle>{NativeHandle(made.value), made.error};
  });
}

SysResult<void> Sockets::Connect(NativeHandle handle, const SockAddr& address) {
  return On({"connect", handle, &address}, [&](Call& call,
                                               sim::Socket& socket) {
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
    const bool is_late = error == ErrorCode::kEagain && has_begun;
    return is_late ? ErrorCode::kEinprogress : error;
  });
}

SysResult<void> Sockets::Disconnect(NativeHandle handle) {
  return On({"disconnect", handle},
            [&](Call&, sim::Socket& socket) { return socket.Disconnect(); });
}

SysResult<int> Sockets::TakeError(NativeHandle handle) {
  return On({"take error", handle}, [&](Call& call, sim::Socket& socket) {
    return Result<int>{call.kernel().NativeError(socket.TakeError())};
  });
}

SysResult<void> Sockets::Shutdown(NativeHandle handle, ShutdownHow how) {
  return On({"shutdown", handle}, [&](Call&, sim::Socket& socket) {
    return socket.Shutdown(how != ShutdownHow::kWrite,
                           how != ShutdownHow::kRead);
  });
}

SysResult<bool> Sockets::HasReceivingEnded(NativeHandle handle) {
  return On({"has receiving ended", handle}, [&](Call&, sim::Socket& socket) {
    return Result<bool>{(socket.Ready() & kEnded) != 0};
  });
}

SysResult<void> Sockets::GetSockName(NativeHandle handle, SockAddr* address) {
  return On({"getsockname", handle}, [&](Call&, sim::Socket& socket) {
    *address = socket.LocalName();
    return kDone;
  });
}

SysResult<void> Sockets::GetPeerName(NativeHandle handle, SockAddr* address) {
  return On({"getpeername", handle}, [&](Call&, sim::Socket& socket) {
    const Result<SockAddr> peer = socket.PeerName();
    if (peer.ok()) *address = peer.value;
    return peer.error;
  });
}

}  // namespace sim
}  // namespace mortise
