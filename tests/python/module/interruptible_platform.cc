#include "mortise/tests/python/module/interruptible_platform.h"

#include <cerrno>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/posix/poll_set.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/platform/scanning_platform.h"
#include "mortise/tests/python/module/without_gil.h"

namespace mortise {
namespace python {
namespace {

constexpr int kPythonException = kNotSupportedError + 1;

// Makes a call that a signal may interrupt.
template <typename Call>
auto Interruptibly(Call call) -> decltype(call()) {
  WithoutGil* const without_gil = WithoutGil::Current();
  if (without_gil != nullptr && without_gil->has_exception()) {
    decltype(call()) result;
    result.error = kPythonException;
    return result;
  }
  auto result = call();
  if (result.error == EINTR && without_gil != nullptr &&
      !without_gil->RunSignalHandlers()) {
    result.error = kPythonException;
  }
  return result;
}

class Sockets final : public ForwardingSocketCalls {
 public:
  using ForwardingSocketCalls::ForwardingSocketCalls;

  SysResult<NativeHandle> Accept(NativeHandle handle, SockAddr* peer) override {
    return Interruptibly([&] { return next().Accept(handle, peer); });
  }
  SysResult<void> Connect(NativeHandle handle,
                          const SockAddr& address) override {
    return Interruptibly([&] { return next().Connect(handle, address); });
  }
  SysResult<std::size_t> Recv(NativeHandle handle, absl::Span<char> buffer,
                              int flags) override {
    return Interruptibly([&] { return next().Recv(handle, buffer, flags); });
  }
  SysResult<std::size_t> RecvFrom(NativeHandle handle, absl::Span<char> buffer,
                                  int flags, SockAddr* from) override {
    return Interruptibly(
        [&] { return next().RecvFrom(handle, buffer, flags, from); });
  }
  SysResult<std::size_t> Send(NativeHandle handle, absl::Span<const char> data,
                              int flags) override {
    SysResult<std::size_t> sent =
        Interruptibly([&] { return next().Send(handle, data, flags); });
    // If a send took fewer bytes than it was given, a signal may be the reason.
    WithoutGil* const without_gil = WithoutGil::Current();
    if (sent.ok() && sent.value < data.size() && without_gil != nullptr &&
        without_gil->between() == BetweenPieces::kRunHandlers &&
        !without_gil->RunSignalHandlers()) {
      sent.error = kPythonException;
    }
    return sent;
  }
  SysResult<std::size_t> SendTo(NativeHandle handle,
                                absl::Span<const char> data, int flags,
                                const SockAddr& to) override {
    return Interruptibly(
        [&] { return next().SendTo(handle, data, flags, to); });
  }
  SysResult<ReceivedMessage> RecvMsg(NativeHandle handle,
                                     absl::Span<const absl::Span<char>> buffers,
                                     absl::Span<char> control, int flags,
                                     SockAddr* from) override {
    return Interruptibly(
        [&] { return next().RecvMsg(handle, buffers, control, flags, from); });
  }
  SysResult<std::size_t> SendMsg(NativeHandle handle,
                                 absl::Span<const absl::string_view> buffers,
                                 absl::Span<const char> control, int flags,
                                 const SockAddr* to) override {
    return Interruptibly(
        [&] { return next().SendMsg(handle, buffers, control, flags, to); });
  }
};

class Set final : public ForwardingPollSet {
 public:
  using ForwardingPollSet::ForwardingPollSet;

  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override {
    return Interruptibly(
        [&] { return ForwardingPollSet::Wait(ready, timeout); });
  }
};

using NewSet = SysResult<std::unique_ptr<PollSet>> (*)();

class Readiness final : public ForwardingReadinessCalls {
 public:
  Readiness(ReadinessCalls& next, NewSet new_set)
      : ForwardingReadinessCalls(next), new_set_(new_set) {}

  SysResult<std::unique_ptr<PollSet>> NewPollSet() override {
    SysResult<std::unique_ptr<PollSet>> set = new_set_();
    if (set.ok()) set.value = std::make_unique<Set>(std::move(set.value));
    return set;
  }

  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override {
    return Interruptibly(
        [&] { return next().WaitInterruptibly(targets, interrupts, timeout); });
  }
  void Sleep(absl::Duration duration) override {
    next().Sleep(duration);
    // Sleep does not report whether a signal has ended it. If there is an
    // exception, the next call ends with it.
    WithoutGil* const without_gil = WithoutGil::Current();
    if (without_gil != nullptr) without_gil->RunSignalHandlers();
  }

 private:
  const NewSet new_set_;
};

struct Interruptible {
  Interruptible(Platform& os, NewSet new_set)
      : sockets(os.sockets()),
        readiness(os.readiness(), new_set),
        platform(PartsOver(os), os.facts()) {}

  Platform::Parts PartsOver(Platform& os) {
    Platform::Parts parts = os.parts();
    parts.sockets = &sockets;
    parts.readiness = &readiness;
    return parts;
  }

  Sockets sockets;
  Readiness readiness;
  Platform platform;
};

}  // namespace

Platform& InterruptiblePlatform() {
  static auto* const interruptible =
      new Interruptible(Platform::Default(), &posix::NewSystemPollSet);
  return interruptible->platform;
}

Platform& InterruptibleScanningPlatform() {
  static auto* const interruptible =
      new Interruptible(Platform::Default(), &NewScanningSet);
  return interruptible->platform;
}

}  // namespace python
}  // namespace mortise
