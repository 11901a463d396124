// What the vtable's classes of one simulated host share.

#ifndef MORTISE_PLATFORM_SIM_HOST_HOST_H_
#define MORTISE_PLATFORM_SIM_HOST_HOST_H_

#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host/machine.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

// A host and the mode in which it is called. `waiting` and `machine` must
// outlive it. A value type.
struct HostRef {
  Waiting& waiting;
  Machine& machine;
};

// One call of a program on a host: it holds the lock of the simulation from its
// beginning to its end, except while it waits. Made by Perform, below.
//
// Files that the caller holds must be given back before the call ends, since
// the last one releases its socket: declare them behind the call.
//
// For one thread.
class Call {
 public:
  Call(const HostRef& host, const CallInfo& info)
      : host_(host),
        info_(info),
        refusal_(Begin()),
        kernel_(host.machine.kernel()),
        life_(host.machine.life()) {
    if (refusal_ == kDone) Advance();
  }
  ~Call() { host_.waiting.End(kernel_); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  Kernel& kernel() const { return kernel_; }
  Waiting& waiting() const { return host_.waiting; }

  // Why the call must fail, and must not use the kernel:
  //   kEcanceled  the run is ending
  //   kEbadf      the host is down, or has crashed during the call, and with it
  //               the handles of the call are gone
  //   kEhostdown  the same for a call that has no handle
  //   kEintr      a signal has interrupted the wait
  // kDone if nothing speaks against the call.
  ErrorCode refusal() const { return refusal_; }

  // The file of the handle, or nullptr if it is not open.
  std::shared_ptr<OpenFile> Find(NativeHandle handle) const {
    return kernel_.handles().Find(handle.value());
  }

  // Waits until one of `events` may be there, or it is `deadline`. Returns
  // false if the deadline had come before, or if there is a refusal.
  bool WaitFor(Socket& socket, Events events, Time deadline);

  // Waits with `waiter` until it is woken, and learns the time. Returns false
  // if there is a refusal.
  bool Wait(Waiter& waiter, Time deadline) {
    if (!host_.waiting.Wait(kernel_, info_, waiter, deadline)) {
      refusal_ = ErrorCode::kEcanceled;
    } else if (host_.machine.life() != life_) {
      refusal_ = ErrorOfCrash();
    } else {
      Advance();
      if (waiter.is_signalled() && !waiter.is_woken()) {
        refusal_ = ErrorCode::kEintr;
      }
    }
    return refusal_ == kDone;
  }

  // Tries `attempt` until it returns another error than kEagain, as long as the
  // socket may wait. `limit` is the socket's own time limit.
  template <typename Try>
  auto Until(Socket& socket, bool may_wait, Events events, Time limit,
             Try attempt) {
    Time deadline = kNever;
    for (bool is_first = true;; is_first = false) {
      auto result = attempt();
      if (ErrorIn(result) != ErrorCode::kEagain || !may_wait) return result;
      if (is_first) deadline = Later(kernel().now(), limit);
      if (WaitFor(socket, events, deadline)) continue;
      if (refusal_ != kDone) ErrorIn(result) = refusal_;
      return result;
    }
  }

  // Ends the call with `error`, or with a result: adds it to the trace, and
  // returns it in the numbers of the host.
  SysResult<void> Return(ErrorCode error) const {
    host_.waiting.Trace(kernel_, info_, {error, 0});
    return {kernel_.NativeError(error)};
  }
  template <typename T>
  SysResult<T> Return(Result<T> result) const {
    host_.waiting.Trace(kernel_, info_, {result.error, NumberIn(result.value)});
    return {std::move(result.value), kernel_.NativeError(result.error)};
  }

  // The error of what an operation of a kernel has returned.
  static ErrorCode& ErrorIn(ErrorCode& error) { return error; }
  template <typename T>
  static ErrorCode& ErrorIn(Result<T>& result) {
    return result.error;
  }

 private:
  // What a trace shows of a value.
  template <typename T>
  static std::int64_t NumberIn(const T& value) {
    if constexpr (std::is_integral_v<T>) {
      return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_same_v<T, NativeHandle>) {
      return value.value();
    } else {
      return 0;
    }
  }

  ErrorCode Begin() const {
    if (!host_.waiting.Begin(info_)) return ErrorCode::kEcanceled;
    return host_.machine.is_up() ? kDone : ErrorOfCrash();
  }
  // kEhostdown would not do for handles: programs take it for a failed
  // connection, and accept again.
  ErrorCode ErrorOfCrash() const {
    return info_.handles.empty() ? ErrorCode::kEhostdown : ErrorCode::kEbadf;
  }
  void Advance() { kernel_.AdvanceTo(host_.waiting.Now()); }

  const HostRef host_;
  const CallInfo info_;
  ErrorCode refusal_;
  // Of the life in which the call has begun. Before it begins the host may
  // crash, so these come after `refusal_`.
  Kernel& kernel_;
  const std::uint64_t life_;
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
  return Wait(waiter, deadline);
}

// Makes the call `info` on `host`. `body` returns an ErrorCode or a Result, and
// the caller gets it as a SysResult. Every call of a program comes through
// here: here it begins, fails if it is refused, and gets its line in the trace.
//
//   return Perform(host_, "socket", [&](Call& call) {
//     return call.kernel().NewSocket(family, type, protocol);
//   });
template <typename Body>
auto Perform(const HostRef& host, const CallInfo& info, Body body) {
  Call call(host, info);
  decltype(body(call)) result;
  if (call.refusal() != kDone) {
    Call::ErrorIn(result) = call.refusal();
  } else {
    result = body(call);
  }
  return call.Return(std::move(result));
}

// The same for a call on the handle of `info`. `body` is also given the socket
// of the handle. The call fails with kEbadf if the handle is not open.
template <typename Body>
auto PerformOn(const HostRef& host, const CallInfo& info, Body body) {
  return Perform(host, info, [&info, &body](Call& call) {
    const std::shared_ptr<OpenFile> file = call.Find(info.handles[0]);
    decltype(body(call, file->socket())) result;
    if (file == nullptr) {
      Call::ErrorIn(result) = ErrorCode::kEbadf;
    } else {
      result = body(call, file->socket());
    }
    return result;
  });
}

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_HOST_H_
