// TLS as a layer on another platform: sockets like any other, whose streams are
// sealed. The layer handles the calls that make and use connections, and passes
// all other calls on.
//
// A handle of the layer is an object of its own, so that finding the session
// takes neither a table nor a lock. Accept and Connect only set the session up.
// The first call that needs the handshake runs it, so that a slow peer does not
// hold up a thread that accepts.

#ifndef MORTISE_PLATFORM_TLS_LAYER_H_
#define MORTISE_PLATFORM_TLS_LAYER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/tls/connection.h"
#include "mortise/platform/tls/tls_errors.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace tls {

// Makes the session of a new connection. If that fails, the session has no SSL.
using SessionMaker = std::function<NewSession()>;

using ConnectionPointer = std::unique_ptr<Connection, Connection::Deleter>;

// The handles of a layer. A handle is the address of a slot. Slots are used
// again and never freed before the layer is, so that a handle that has been
// closed can be told from one that is open, and so that forgetting a handle
// takes no lock: see Connection::Unref.
class Handles {
 public:
  Handles() = default;
  ~Handles();
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  NativeHandle Add(Connection* connection);
  // Whether `handle` is open.
  bool Contains(NativeHandle handle) const;
  // Returns another handle on the same connection, or an invalid handle if
  // `handle` is not open.
  NativeHandle Copy(NativeHandle handle);
  // Forgets the handle. Returns its connection if this was the last handle.
  ConnectionPointer Remove(NativeHandle handle);
  static Connection& Of(NativeHandle handle);

 private:
  struct Slot;

  static Slot* SlotOf(NativeHandle handle);

  // Nullptr unless `handle` is open.
  Connection* Find(NativeHandle handle) const;

  // The first of the slots that are free. Remove adds to them without the lock,
  // and only its holder takes from them.
  std::atomic<Slot*> free_{nullptr};
  mutable absl::Mutex mutex_;
  absl::flat_hash_set<std::int64_t> slots_ ABSL_GUARDED_BY(mutex_);
};

class Sockets final : public ForwardingSocketCalls {
 public:
  // `connecting` and `accepting` may be empty: such connections are then not
  // supported.
  Sockets(Platform& next, SessionMaker connecting, SessionMaker accepting);

  // Returns the sockets of a layer's platform.
  static Sockets& Of(const Platform& platform) {
    return static_cast<Sockets&>(platform.sockets());
  }
  Platform& platform_below() const { return platform_; }

  // Returns a handle on TLS over `socket`, a connection of the platform below.
  // The handle then owns the connection.
  NativeHandle Wrap(NativeHandle socket, NewSession session, bool blocking);
  // Forgets the handle and returns the socket below, which is open and
  // non-blocking. Returns an invalid handle if there are more handles on the
  // connection.
  NativeHandle Unwrap(NativeHandle handle);

  bool IsHandle(NativeHandle handle) const override {
    return handles_.Contains(handle);
  }
  SysResult<NativeHandle> Socket(int family, int type, int protocol) override;
  SysResult<HandlePair> SocketPair(int family, int type, int protocol) override;
  SysResult<NativeHandle> Dup(NativeHandle handle) override;
  SysResult<void> Close(NativeHandle handle) override;
  // Neither reads nor writes, because destructors call it.
  void CloseWithoutWaiting(NativeHandle handle) override;
  SysResult<void> DeferPort(NativeHandle handle) override;
  SysResult<void> Bind(NativeHandle handle, const SockAddr& address) override;
  SysResult<void> Listen(NativeHandle handle, int backlog) override;
  SysResult<NativeHandle> Accept(NativeHandle handle, SockAddr* peer) override;
  SysResult<void> Connect(NativeHandle handle,
                          const SockAddr& address) override;
  SysResult<void> Disconnect(NativeHandle handle) override;
  SysResult<int> TakeError(NativeHandle handle) override;
  SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how) override;
  SysResult<std::size_t> Recv(NativeHandle handle, absl::Span<char> buffer,
                              int flags) override;
  SysResult<std::size_t> RecvFrom(NativeHandle handle, absl::Span<char> buffer,
                                  int flags, SockAddr* from) override;
  SysResult<std::size_t> Send(NativeHandle handle, absl::Span<const char> data,
                              int flags) override;
  std::size_t AbandonSend(NativeHandle handle,
                          absl::Span<const char> unsent) override;
  SysResult<std::size_t> SendTo(NativeHandle handle,
                                absl::Span<const char> data, int flags,
                                const SockAddr& to) override;
  // TLS has streams only, and so no ancillary data.
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
  // Once TLS has begun, returns the mode of the connection: the socket below is
  // non-blocking then.
  SysResult<bool> IsNonBlocking(NativeHandle handle) override;
  SysResult<SocketDescription> Describe(NativeHandle handle) override;
  SysResult<bool> GetInheritable(NativeHandle handle) override;
  SysResult<void> SetInheritable(NativeHandle handle,
                                 bool inheritable) override;
  SysResult<std::size_t> Ioctl(NativeHandle handle, std::uint32_t request,
                               absl::Span<const char> in,
                               absl::Span<char> out) override;
  // No other process can use a session.
  SysResult<std::string> Share(NativeHandle handle,
                               std::uint32_t process_id) override;
  SysResult<NativeHandle> FromShare(absl::string_view info) override;

 private:
  SysResult<NativeHandle> Begin(NativeHandle socket, const SessionMaker& maker);

  Platform& platform_;
  const ErrorNumbers numbers_;
  const SessionMaker connecting_;
  const SessionMaker accepting_;
  Handles handles_;
};

class Readiness final : public ForwardingReadinessCalls {
 public:
  Readiness(ReadinessCalls& next, ClockCalls& clock)
      : ForwardingReadinessCalls(next), clock_(clock) {}

  // The stream inside is readable or writable, not the socket: a part of a
  // record is not readable, and data that has been unsealed already is.
  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override;

 private:
  ClockCalls& clock_;
};

class Files final : public ForwardingFileCalls {
 public:
  using ForwardingFileCalls::ForwardingFileCalls;

  // The system cannot seal what it sends.
  SysResult<std::size_t> SendFile(NativeHandle socket, bool blocking,
                                  NativeHandle file, std::uint64_t offset,
                                  std::size_t count) override;
};

// All of it. `next` must outlive it.
class Layer {
 public:
  explicit Layer(Platform& next, SessionMaker connecting = nullptr,
                 SessionMaker accepting = nullptr);

  // Returns the layer over `next` that makes no connections of its own: for
  // Wrap. It is never destroyed.
  static Layer& Over(Platform& next);

  Sockets& sockets() { return sockets_; }
  Platform& platform() { return platform_; }

 private:
  bool IsOver(const Platform& next) const;

  Platform& next_;
  const SocketCalls* const sockets_below_;
  Sockets sockets_;
  Readiness readiness_;
  Files files_;
  Errors errors_;
  Platform platform_;
};

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_LAYER_H_
