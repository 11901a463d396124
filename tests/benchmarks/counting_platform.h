// A platform that counts: each part stands before another platform's part and
// hands every call on. It is also the smallest example of how backends stack.
//
//   CountingPlatform counting(Platform::Default());
//   SocketPair(kAfUnspec, kSockStream, 0, &counting.platform());

#ifndef MORTISE_TESTS_BENCHMARKS_COUNTING_PLATFORM_H_
#define MORTISE_TESTS_BENCHMARKS_COUNTING_PLATFORM_H_

#include <cstddef>
#include <ostream>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace benchmarks {

struct CallCounts {
  int sockets = 0;
  int waits = 0;
  int clock = 0;

  friend bool operator==(const CallCounts& a, const CallCounts& b) {
    return a.sockets == b.sockets && a.waits == b.waits && a.clock == b.clock;
  }
  friend std::ostream& operator<<(std::ostream& out, const CallCounts& counts) {
    return out << counts.sockets << " socket calls, " << counts.waits
               << " waits, " << counts.clock << " looks at the clock";
  }
};

class CountingSockets final : public SocketCalls {
 public:
  CountingSockets(SocketCalls& next, CallCounts& counts)
      : next_(next), counts_(counts) {}

  PlainSocketType SplitType(int type) const override {
    return next_.SplitType(type);
  }
  std::size_t MaxUnixPath() const override { return next_.MaxUnixPath(); }
  int PairFamily() const override { return next_.PairFamily(); }

  SysResult<NativeHandle> Socket(int family, int type, int protocol) override {
    return Counted().Socket(family, type, protocol);
  }
  SysResult<HandlePair> SocketPair(int family, int type,
                                   int protocol) override {
    return Counted().SocketPair(family, type, protocol);
  }
  SysResult<NativeHandle> Dup(NativeHandle handle) override {
    return Counted().Dup(handle);
  }
  SysResult<void> Close(NativeHandle handle) override {
    return Counted().Close(handle);
  }
  void CloseWithoutWaiting(NativeHandle handle) override {
    Counted().CloseWithoutWaiting(handle);
  }
  SysResult<void> Bind(NativeHandle handle, const SockAddr& address) override {
    return Counted().Bind(handle, address);
  }
  SysResult<void> Listen(NativeHandle handle, int backlog) override {
    return Counted().Listen(handle, backlog);
  }
  SysResult<NativeHandle> Accept(NativeHandle handle, SockAddr* peer) override {
    return Counted().Accept(handle, peer);
  }
  SysResult<void> Connect(NativeHandle handle,
                          const SockAddr& address) override {
    return Counted().Connect(handle, address);
  }
  SysResult<int> TakeError(NativeHandle handle) override {
    return Counted().TakeError(handle);
  }
  SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how) override {
    return Counted().Shutdown(handle, how);
  }
  SysResult<std::size_t> Recv(NativeHandle handle, absl::Span<char> buffer,
                              int flags) override {
    return Counted().Recv(handle, buffer, flags);
  }
  SysResult<std::size_t> RecvFrom(NativeHandle handle, absl::Span<char> buffer,
                                  int flags, SockAddr* from) override {
    return Counted().RecvFrom(handle, buffer, flags, from);
  }
  SysResult<std::size_t> Send(NativeHandle handle, absl::Span<const char> data,
                              int flags) override {
    return Counted().Send(handle, data, flags);
  }
  SysResult<std::size_t> SendTo(NativeHandle handle,
                                absl::Span<const char> data, int flags,
                                const SockAddr& to) override {
    return Counted().SendTo(handle, data, flags, to);
  }
  SysResult<void> GetSockName(NativeHandle handle, SockAddr* address) override {
    return Counted().GetSockName(handle, address);
  }
  SysResult<void> GetPeerName(NativeHandle handle, SockAddr* address) override {
    return Counted().GetPeerName(handle, address);
  }
  SysResult<std::size_t> GetSockOpt(NativeHandle handle, int level, int name,
                                    absl::Span<char> buffer) override {
    return Counted().GetSockOpt(handle, level, name, buffer);
  }
  SysResult<void> SetSockOpt(NativeHandle handle, int level, int name,
                             absl::Span<const char> value) override {
    return Counted().SetSockOpt(handle, level, name, value);
  }
  SysResult<void> SetAddressReuse(NativeHandle handle,
                                  AddressReuse reuse) override {
    return Counted().SetAddressReuse(handle, reuse);
  }
  SysResult<void> SetBlocking(NativeHandle handle, bool blocking) override {
    return Counted().SetBlocking(handle, blocking);
  }

 private:
  SocketCalls& Counted() {
    ++counts_.sockets;
    return next_;
  }

  SocketCalls& next_;
  CallCounts& counts_;
};

class CountingReadiness final : public ReadinessCalls {
 public:
  CountingReadiness(ReadinessCalls& next, CallCounts& counts)
      : next_(next), counts_(counts) {}

  SysResult<bool> Wait(NativeHandle handle, WaitEvent event,
                       absl::Duration timeout) override {
    ++counts_.waits;
    return next_.Wait(handle, event, timeout);
  }
  void Sleep(absl::Duration duration) override {
    ++counts_.waits;
    next_.Sleep(duration);
  }

 private:
  ReadinessCalls& next_;
  CallCounts& counts_;
};

class CountingClock final : public ClockCalls {
 public:
  CountingClock(ClockCalls& next, CallCounts& counts)
      : next_(next), counts_(counts) {}

  absl::Duration Now() override {
    ++counts_.clock;
    return next_.Now();
  }

 private:
  ClockCalls& next_;
  CallCounts& counts_;
};

// Names, interfaces and errors are the other platform's own parts: a platform
// can be put together from anybody's.
class CountingPlatform {
 public:
  explicit CountingPlatform(Platform& next)
      : sockets_(next.sockets(), counts_),
        readiness_(next.readiness(), counts_),
        clock_(next.clock(), counts_),
        platform_({&sockets_, &next.messages(), &readiness_, &clock_,
                   &next.names(), &next.interfaces(), &next.errors()}) {}

  Platform& platform() { return platform_; }

  // What has been called since the last time.
  CallCounts Take() {
    const CallCounts taken = counts_;
    counts_ = CallCounts();
    return taken;
  }

 private:
  CallCounts counts_;
  CountingSockets sockets_;
  CountingReadiness readiness_;
  CountingClock clock_;
  Platform platform_;
};

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_COUNTING_PLATFORM_H_
