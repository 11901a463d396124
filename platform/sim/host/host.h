// What the vtable's classes of one simulated host share.

#ifndef MORTISE_PLATFORM_SIM_HOST_HOST_H_
#define MORTISE_PLATFORM_SIM_HOST_HOST_H_

#include <cstdint>
#include <memory>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

// A kernel and the mode in which it is called. `waiting` and `kernel` must
// outlive it. A value type.
struct HostRef {
  Waiting& waiting;
  Kernel& kernel;
};

// One call of a program on a host: it holds the lock of the simulation from its
// beginning to its end, except while it waits.
//
//   Call call(host);
//   const std::shared_ptr<OpenFile> file = call.Find(handle);
//   if (file == nullptr) return {call.Bad()};
//   return {call.Native(file->socket().Bind(address))};
//
// Files that the caller holds must be given back before the call ends, since
// the last one releases its socket: declare them behind the call.
//
// For one thread.
class Call {
 public:
  explicit Call(const HostRef& host) : host_(host) {
    host_.waiting.Lock();
    Advance();
  }
  ~Call() { host_.waiting.Unlock(); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  Kernel& kernel() const { return host_.kernel; }
  Waiting& waiting() const { return host_.waiting; }

  // The file of the handle, or nullptr if it is not open.
  std::shared_ptr<OpenFile> Find(NativeHandle handle) const {
    return host_.kernel.handles().Find(handle.value());
  }

  // The host's number for the error.
  int Native(ErrorCode error) const { return host_.kernel.NativeError(error); }
  int Bad() const { return Native(ErrorCode::kEbadf); }

  // Waits until one of `events` may be there, or it is `deadline`. Returns
  // false if the deadline had come before.
  bool WaitFor(Socket& socket, Events events, Time deadline);

  // Waits with `waiter` until it is woken, and learns the time.
  void Wait(Waiter& waiter, Time deadline) {
    host_.waiting.Wait(waiter, deadline);
    Advance();
  }

  // Tries `attempt` until it returns another error than kEagain, as long as the
  // socket may wait. `limit` is the socket's own time limit.
  template <typename Try>
  auto Until(Socket& socket, bool may_wait, Events events, Time limit,
             Try attempt) {
    Time deadline = kNever;
    for (bool is_first = true;; is_first = false) {
      auto result = attempt();
      if (ErrorOf(result) != ErrorCode::kEagain || !may_wait) return result;
      if (is_first) deadline = Later(kernel().now(), limit);
      if (!WaitFor(socket, events, deadline)) return result;
    }
  }

 private:
  static ErrorCode ErrorOf(ErrorCode error) { return error; }
  template <typename T>
  static ErrorCode ErrorOf(const Result<T>& result) {
    return result.error;
  }

  void Advance() { host_.kernel.AdvanceTo(host_.waiting.Now()); }

  const HostRef host_;
};

// Wakes a waiter when something happens to a socket. Lives on the stack, as
// long as the wait. Thread safety as of Waiter.
class SocketWatcher final : public Watcher {
 public:
  SocketWatcher() = default;
  SocketWatcher(Waiting& waiting, Waiter& waiter, Socket& socket,
                Events events) {
    Watch(waiting, waiter, socket, events);
  }

  void Watch(Waiting& waiting, Waiter& waiter, Socket& socket, Events events) {
    waiting_ = &waiting;
    waiter_ = &waiter;
    events_ = events | kHungUp | kFailed;
    socket.Watch(*this);
  }

 private:
  void OnEvents(Events events) override {
    if ((events & events_) != 0) waiting_->Wake(*waiter_);
  }
  void OnGone() override { waiting_->Wake(*waiter_); }

  Waiting* waiting_ = nullptr;
  Waiter* waiter_ = nullptr;
  Events events_ = 0;
};

inline bool Call::WaitFor(Socket& socket, Events events, Time deadline) {
  if (kernel().now() >= deadline) return false;
  Waiter waiter;
  const SocketWatcher watcher(host_.waiting, waiter, socket, events);
  Wait(waiter, deadline);
  return true;
}

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_HOST_H_
