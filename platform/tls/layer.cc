#include "mortise/platform/tls/layer.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/tls/connection.h"

namespace mortise {
namespace tls {
namespace {

// The longest time that a change in one of several sessions may go unnoticed.
constexpr absl::Duration kPause = absl::Milliseconds(10);

NativeHandle Below(NativeHandle handle) { return Handles::Of(handle).socket(); }

}  // namespace

struct Handles::Slot {
  // nullptr if it is free.
  std::atomic<Connection*> connection;
  // The next slot that is free.
  Slot* next;
};

Handles::Slot* Handles::SlotOf(NativeHandle handle) {
  return reinterpret_cast<Slot*>(static_cast<std::intptr_t>(handle.value()));
}

Handles::~Handles() {
  for (const std::int64_t slot : slots_) delete SlotOf(NativeHandle(slot));
}

NativeHandle Handles::Add(Connection* connection) {
  const absl::MutexLock lock(&mutex_);
  Slot* slot = free_.load(std::memory_order_acquire);
  while (slot != nullptr && !free_.compare_exchange_weak(
                                slot, slot->next, std::memory_order_acquire)) {
  }
  if (slot == nullptr) slot = new Slot{};
  slot->connection.store(connection, std::memory_order_relaxed);
  const auto value =
      static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(slot));
  slots_.insert(value);
  return NativeHandle(value);
}

Connection* Handles::Find(NativeHandle handle) const {
  const absl::MutexLock lock(&mutex_);
  return slots_.contains(handle.value())
             ? SlotOf(handle)->connection.load(std::memory_order_relaxed)
             : nullptr;
}

bool Handles::Contains(NativeHandle handle) const {
  return Find(handle) != nullptr;
}

NativeHandle Handles::Copy(NativeHandle handle) {
  Connection* const connection = Find(handle);
  if (connection == nullptr) return NativeHandle();
  connection->Ref();
  return Add(connection);
}

ConnectionPointer Handles::Remove(NativeHandle handle) {
  Slot* const slot = SlotOf(handle);
  Connection* const connection =
      slot->connection.exchange(nullptr, std::memory_order_relaxed);
  const bool was_last = connection->Unref(handle);
  slot->next = free_.load(std::memory_order_relaxed);
  while (!free_.compare_exchange_weak(
      slot->next, slot, std::memory_order_release, std::memory_order_relaxed)) {
  }
  return ConnectionPointer(was_last ? connection : nullptr);
}

Connection& Handles::Of(NativeHandle handle) {
  return *SlotOf(handle)->connection.load(std::memory_order_relaxed);
}

Sockets::Sockets(Platform& next, SessionMaker connecting,
                 SessionMaker accepting)
    : ForwardingSocketCalls(next.sockets()),
      platform_(next),
      numbers_(next.facts().errors),
      connecting_(std::move(connecting)),
      accepting_(std::move(accepting)) {}

NativeHandle Sockets::Wrap(NativeHandle socket, NewSession session,
                           bool blocking) {
  auto connection =
      std::make_unique<Connection>(platform_, numbers_, socket, blocking);
  connection->Begin(std::move(session));
  return handles_.Add(connection.release());
}

NativeHandle Sockets::Unwrap(NativeHandle handle) {
  const ConnectionPointer connection = handles_.Remove(handle);
  return connection == nullptr ? NativeHandle() : connection->socket();
}

SysResult<NativeHandle> Sockets::Begin(NativeHandle socket,
                                       const SessionMaker& maker) {
  NewSession session = maker();
  if (session.ssl == nullptr) {
    next().CloseWithoutWaiting(socket);
    return {NativeHandle(),
            platform_.facts().errors.Native(ErrorCode::kEnomem)};
  }
  return {Wrap(socket, std::move(session), /*blocking=*/true), 0};
}

SysResult<NativeHandle> Sockets::Socket(int family, int type, int protocol) {
  if (type != kSockStream) return {NativeHandle(), kNotSupportedError};
  const SysResult<NativeHandle> made = next().Socket(family, type, protocol);
  if (!made.ok()) return made;
  return {handles_.Add(new Connection(platform_, numbers_, made.value,
                                      /*blocking=*/true)),
          0};
}

SysResult<HandlePair> Sockets::SocketPair(int family, int type, int protocol) {
  if (type != kSockStream || connecting_ == nullptr || accepting_ == nullptr) {
    return {{}, kNotSupportedError};
  }
  const SysResult<HandlePair> made = next().SocketPair(family, type, protocol);
  if (!made.ok()) return made;
  const SysResult<NativeHandle> first = Begin(made.value.first, connecting_);
  const SysResult<NativeHandle> second = Begin(made.value.second, accepting_);
  if (first.ok() && second.ok()) return {{first.value, second.value}, 0};
  if (first.ok()) CloseWithoutWaiting(first.value);
  if (second.ok()) CloseWithoutWaiting(second.value);
  return {{}, first.ok() ? second.error : first.error};
}

SysResult<NativeHandle> Sockets::Dup(NativeHandle handle) {
  const NativeHandle copy = handles_.Copy(handle);
  return {copy, copy.valid() ? 0 : numbers_.bad_handle};
}

SysResult<void> Sockets::Close(NativeHandle handle) {
  const ConnectionPointer connection = handles_.Remove(handle);
  if (connection == nullptr) return {};
  connection->End();
  return next().Close(connection->socket());
}

void Sockets::CloseWithoutWaiting(NativeHandle handle) {
  const ConnectionPointer connection = handles_.Remove(handle);
  if (connection == nullptr) return;
  next().CloseWithoutWaiting(connection->socket());
}

SysResult<void> Sockets::DeferPort(NativeHandle handle) {
  return next().DeferPort(Below(handle));
}

SysResult<void> Sockets::Bind(NativeHandle handle, const SockAddr& address) {
  return next().Bind(Below(handle), address);
}

SysResult<void> Sockets::Listen(NativeHandle handle, int backlog) {
  return next().Listen(Below(handle), backlog);
}

SysResult<NativeHandle> Sockets::Accept(NativeHandle handle, SockAddr* peer) {
  if (accepting_ == nullptr) return {NativeHandle(), kNotSupportedError};
  const SysResult<NativeHandle> accepted = next().Accept(Below(handle), peer);
  if (!accepted.ok()) return accepted;
  return Begin(accepted.value, accepting_);
}

SysResult<void> Sockets::Connect(NativeHandle handle, const SockAddr& address) {
  if (connecting_ == nullptr) return {kNotSupportedError};
  Connection& connection = Handles::Of(handle);
  const SysResult<void> connected =
      next().Connect(connection.socket(), address);
  if (connection.begun()) return connected;
  if (!connected.ok()) {
    // An attempt that goes on will soon be a connection.
    const ErrorCode code =
        platform_.facts().errors.Code(ErrorDomain::kOs, connected.error);
    if (code != ErrorCode::kEinprogress && code != ErrorCode::kEintr) {
      return connected;
    }
  }
  NewSession session = connecting_();
  if (session.ssl == nullptr) {
    return {platform_.facts().errors.Native(ErrorCode::kEnomem)};
  }
  connection.Begin(std::move(session));
  return connected;
}

SysResult<void> Sockets::Disconnect(NativeHandle) {
  return {kNotSupportedError};  // for datagrams
}

SysResult<int> Sockets::TakeError(NativeHandle handle) {
  return next().TakeError(Below(handle));
}

SysResult<void> Sockets::Shutdown(NativeHandle handle, ShutdownHow how) {
  Connection& connection = Handles::Of(handle);
  return connection.begun() ? connection.Shutdown(how)
                            : next().Shutdown(connection.socket(), how);
}

SysResult<std::size_t> Sockets::Recv(NativeHandle handle,
                                     absl::Span<char> buffer, int flags) {
  Connection& connection = Handles::Of(handle);
  return connection.begun() ? connection.Recv(buffer, flags)
                            : next().Recv(connection.socket(), buffer, flags);
}

SysResult<std::size_t> Sockets::RecvFrom(NativeHandle handle,
                                         absl::Span<char> buffer, int flags,
                                         SockAddr* from) {
  Connection& connection = Handles::Of(handle);
  if (!connection.begun()) {
    return next().RecvFrom(connection.socket(), buffer, flags, from);
  }
  *from = SockAddr();
  return connection.Recv(buffer, flags);
}

SysResult<std::size_t> Sockets::Send(NativeHandle handle,
                                     absl::Span<const char> data, int flags) {
  Connection& connection = Handles::Of(handle);
  return connection.begun() ? connection.Send(handle, data, flags)
                            : next().Send(connection.socket(), data, flags);
}

std::size_t Sockets::AbandonSend(NativeHandle handle,
                                 absl::Span<const char> unsent) {
  return Handles::Of(handle).AbandonSend(unsent);
}

SysResult<std::size_t> Sockets::SendTo(NativeHandle handle,
                                       absl::Span<const char> data, int flags,
                                       const SockAddr& to) {
  Connection& connection = Handles::Of(handle);
  if (connection.begun()) return {0, numbers_.is_connected};
  return next().SendTo(connection.socket(), data, flags, to);
}

SysResult<void> Sockets::GetSockName(NativeHandle handle, SockAddr* address) {
  return next().GetSockName(Below(handle), address);
}

SysResult<void> Sockets::GetPeerName(NativeHandle handle, SockAddr* address) {
  return next().GetPeerName(Below(handle), address);
}

SysResult<std::size_t> Sockets::GetSockOpt(NativeHandle handle, int level,
                                           int name, absl::Span<char> buffer) {
  return next().GetSockOpt(Below(handle), level, name, buffer);
}

SysResult<void> Sockets::SetSockOpt(NativeHandle handle, int level, int name,
                                    absl::Span<const char> value) {
  return next().SetSockOpt(Below(handle), level, name, value);
}

SysResult<void> Sockets::SetAddressReuse(NativeHandle handle,
                                         AddressReuse reuse) {
  return next().SetAddressReuse(Below(handle), reuse);
}

SysResult<void> Sockets::SetBlocking(NativeHandle handle, bool blocking) {
  return Handles::Of(handle).SetBlocking(blocking);
}

SysResult<bool> Sockets::IsNonBlocking(NativeHandle handle) {
  const Connection& connection = Handles::Of(handle);
  if (!connection.begun()) return next().IsNonBlocking(connection.socket());
  return {!connection.is_blocking(), 0};
}

SysResult<SocketDescription> Sockets::Describe(NativeHandle handle) {
  return next().Describe(Below(handle));
}

SysResult<bool> Sockets::GetInheritable(NativeHandle handle) {
  return next().GetInheritable(Below(handle));
}

SysResult<void> Sockets::SetInheritable(NativeHandle handle, bool inheritable) {
  return next().SetInheritable(Below(handle), inheritable);
}

SysResult<std::size_t> Sockets::Ioctl(NativeHandle handle,
                                      std::uint32_t request,
                                      absl::Span<const char> in,
                                      absl::Span<char> out) {
  return next().Ioctl(Below(handle), request, in, out);
}

SysResult<std::string> Sockets::Share(NativeHandle, std::uint32_t) {
  return {std::string(), kNotSupportedError};
}

SysResult<NativeHandle> Sockets::FromShare(absl::string_view) {
  return {NativeHandle(), kNotSupportedError};
}

SysResult<ReceivedMessage> Sockets::RecvMsg(
    NativeHandle handle, absl::Span<const absl::Span<char>> buffers,
    absl::Span<char>, int flags, SockAddr* from) {
  *from = SockAddr();
  Connection& connection = Handles::Of(handle);
  ReceivedMessage message;
  for (absl::Span<char> buffer : buffers) {
    while (!buffer.empty()) {
      // After the first bytes, receives only what is there.
      if (message.size > 0) {
        if ((flags & kMsgPeek) != 0 || !connection.begun()) return {message, 0};
        const SysResult<bool> more =
            connection.Wait(WaitEvents::kReadable, {}, absl::ZeroDuration());
        if (!more.ok() || !more.value) return {message, 0};
      }
      const SysResult<std::size_t> got = Recv(handle, buffer, flags);
      if (!got.ok() && message.size == 0) return {{}, got.error};
      if (!got.ok() || got.value == 0) return {message, 0};
      const std::size_t size = std::min(got.value, buffer.size());
      message.size += size;
      buffer.remove_prefix(size);
    }
  }
  return {message, 0};
}

SysResult<std::size_t> Sockets::SendMsg(
    NativeHandle handle, absl::Span<const absl::string_view> buffers,
    absl::Span<const char> control, int flags, const SockAddr* to) {
  if (!control.empty()) return {0, kNotSupportedError};
  Connection& connection = Handles::Of(handle);
  if (!connection.begun()) {
    return next().SendMsg(connection.socket(), buffers, control, flags, to);
  }
  if (to != nullptr) return SendTo(handle, {}, flags, *to);
  if (buffers.size() == 1) return Send(handle, buffers[0], flags);

  // Sends one record after another as long as that may wait. Otherwise sends
  // only one record: a second record that finds no room would be sealed,
  // although its data is reported as not taken.
  std::string record;
  std::size_t sent = 0;
  std::size_t index = 0;
  std::size_t offset = 0;
  do {
    record.clear();
    while (index < buffers.size() && record.size() < Connection::kRecordSize) {
      const absl::string_view piece = buffers[index].substr(
          offset, Connection::kRecordSize - record.size());
      record.append(piece.data(), piece.size());
      offset += piece.size();
      if (offset == buffers[index].size()) {
        ++index;
        offset = 0;
      }
    }
    const SysResult<std::size_t> some = Send(handle, record, flags);
    if (!some.ok()) return {sent, sent > 0 ? 0 : some.error};
    sent += some.value;
    if (some.value < record.size()) break;
  } while (index < buffers.size() && connection.Waits(flags));
  return {sent, 0};
}

SysResult<std::size_t> Readiness::WaitInterruptibly(
    absl::Span<const WaitTarget> targets,
    absl::Span<WaitInterrupt* const> interrupts, absl::Duration timeout) {
  bool begun = false;
  absl::InlinedVector<WaitTarget, 8> below;
  for (const WaitTarget& target : targets) {
    const Connection& connection = Handles::Of(target.handle);
    begun = begun || connection.begun();
    below.push_back({connection.socket(), target.events});
  }
  if (!begun) return next().WaitInterruptibly(below, interrupts, timeout);
  if (targets.size() == 1) {
    const SysResult<bool> ready =
        Handles::Of(targets[0].handle)
            .Wait(targets[0].events, interrupts, timeout);
    return {ready.value ? 0u : 1u, ready.error};
  }

  // Each of several sessions may have data inside, and may want something else
  // of its socket. All of them are asked, and again after a pause.
  const bool finite = timeout != absl::InfiniteDuration();
  const absl::Duration end =
      finite ? clock_.Now() + timeout : absl::InfiniteDuration();
  for (;;) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const SysResult<bool> ready =
          Wait(targets[i].handle, targets[i].events, absl::ZeroDuration());
      if (!ready.ok()) return {0, ready.error};
      if (ready.value) return {i, 0};
    }
    const absl::Duration left =
        finite ? end - clock_.Now() : absl::InfiniteDuration();
    if (left <= absl::ZeroDuration() || AnyIsSet(interrupts)) {
      return {targets.size(), 0};
    }
    const SysResult<std::size_t> waited =
        next().WaitInterruptibly(below, interrupts, std::min(left, kPause));
    if (!waited.ok()) return waited;
  }
}

SysResult<std::size_t> Files::SendFile(NativeHandle, bool, NativeHandle,
                                       std::uint64_t, std::size_t) {
  return {0, kNotSupportedError};
}

Layer::Layer(Platform& next, SessionMaker connecting, SessionMaker accepting)
    : next_(next),
      sockets_below_(&next.sockets()),
      sockets_(next, std::move(connecting), std::move(accepting)),
      readiness_(next.readiness(), next.clock()),
      files_(next.files()),
      errors_(next.errors()),
      platform_({&sockets_, &readiness_, &next.clock(), &next.names(),
                 &next.services(), &next.interfaces(), &files_, &errors_},
                next.facts()) {}

bool Layer::IsOver(const Platform& next) const {
  // A new platform at the address of a destroyed one has other parts.
  return &next_ == &next && sockets_below_ == &next.sockets() &&
         &platform_.clock() == &next.clock() &&
         &platform_.names() == &next.names();
}

Layer& Layer::Over(Platform& next) {
  struct Known {
    absl::Mutex mutex;
    std::vector<Layer*> layers ABSL_GUARDED_BY(mutex);
  };
  static auto* const known = new Known;
  const absl::MutexLock lock(&known->mutex);
  for (Layer* layer : known->layers) {
    if (layer->IsOver(next)) return *layer;
  }
  known->layers.push_back(new Layer(next));
  return *known->layers.back();
}

}  // namespace tls
}  // namespace mortise
