// Base classes for decorators, which wrap another platform and change or watch
// some of its calls. Each class here passes every call on, with its arguments
// and its result. A decorator overrides the calls that it changes.
//
//   class Impatient final : public ForwardingReadinessCalls {
//    public:
//     using ForwardingReadinessCalls::ForwardingReadinessCalls;
//     void Sleep(absl::Duration) override {}
//   };
//
//   void RunImpatiently(Platform& os, void (*program)(Platform&)) {
//     Impatient impatient(os.readiness());
//     Platform::Parts parts = os.parts();
//     parts.readiness = &impatient;
//     Platform platform(parts, os.facts());
//     program(platform);
//   }
//
// A platform can be made from parts of several platforms
// (mortise/platform/backend.h). docs/guide.md has a whole example.
//
// Depend on "@mortise//platform:forwarding". A class here is as thread-safe as
// the object that it wraps, and blocks as that object does. A class here has no
// state that changes.

#ifndef MORTISE_PLATFORM_FORWARDING_H_
#define MORTISE_PLATFORM_FORWARDING_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

// For all classes here: `next` is not owned and must outlive the object. Each
// call calls `next()` once, so a decorator that changes the target of every
// call overrides only `next()`.
class ForwardingSocketCalls : public SocketCalls {
 public:
  explicit ForwardingSocketCalls(SocketCalls& next) : next_(next) {}

  bool IsHandle(NativeHandle handle) const override {
    return next().IsHandle(handle);
  }
  SysResult<NativeHandle> Socket(int family, int type, int protocol) override {
    return next().Socket(family, type, protocol);
  }
  SysResult<HandlePair> SocketPair(int family, int type,
                                   int protocol) override {
    return next().SocketPair(family, type, protocol);
  }
  SysResult<NativeHandle> Dup(NativeHandle handle) override {
    return next().Dup(handle);
  }
  SysResult<void> Close(NativeHandle handle) override {
    return next().Close(handle);
  }
  SysResult<void> DeferPort(NativeHandle handle) override {
    return next().DeferPort(handle);
  }
  SysResult<void> Bind(NativeHandle handle, const SockAddr& address) override {
    return next().Bind(handle, address);
  }
  SysResult<void> Listen(NativeHandle handle, int backlog) override {
    return next().Listen(handle, backlog);
  }
  SysResult<NativeHandle> Accept(NativeHandle handle, SockAddr* peer) override {
    return next().Accept(handle, peer);
  }
  SysResult<void> Connect(NativeHandle handle,
                          const SockAddr& address) override {
    return next().Connect(handle, address);
  }
  SysResult<void> Disconnect(NativeHandle handle) override {
    return next().Disconnect(handle);
  }
  SysResult<int> TakeError(NativeHandle handle) override {
    return next().TakeError(handle);
  }
  SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how) override {
    return next().Shutdown(handle, how);
  }
  SysResult<std::size_t> Recv(NativeHandle handle, absl::Span<char> buffer,
                              int flags) override {
    return next().Recv(handle, buffer, flags);
  }
  SysResult<std::size_t> RecvFrom(NativeHandle handle, absl::Span<char> buffer,
                                  int flags, SockAddr* from) override {
    return next().RecvFrom(handle, buffer, flags, from);
  }
  SysResult<std::size_t> Send(NativeHandle handle, absl::Span<const char> data,
                              int flags) override {
    return next().Send(handle, data, flags);
  }
  SysResult<std::size_t> SendTo(NativeHandle handle,
                                absl::Span<const char> data, int flags,
                                const SockAddr& to) override {
    return next().SendTo(handle, data, flags, to);
  }
  SysResult<ReceivedMessage> RecvMsg(NativeHandle handle,
                                     absl::Span<const absl::Span<char>> buffers,
                                     absl::Span<char> control, int flags,
                                     SockAddr* from) override {
    return next().RecvMsg(handle, buffers, control, flags, from);
  }
  SysResult<std::size_t> SendMsg(NativeHandle handle,
                                 absl::Span<const absl::string_view> buffers,
                                 absl::Span<const char> control, int flags,
                                 const SockAddr* to) override {
    return next().SendMsg(handle, buffers, control, flags, to);
  }
  SysResult<void> GetSockName(NativeHandle handle, SockAddr* address) override {
    return next().GetSockName(handle, address);
  }
  SysResult<void> GetPeerName(NativeHandle handle, SockAddr* address) override {
    return next().GetPeerName(handle, address);
  }
  SysResult<std::size_t> GetSockOpt(NativeHandle handle, int level, int name,
                                    absl::Span<char> buffer) override {
    return next().GetSockOpt(handle, level, name, buffer);
  }
  SysResult<void> SetSockOpt(NativeHandle handle, int level, int name,
                             absl::Span<const char> value) override {
    return next().SetSockOpt(handle, level, name, value);
  }
  SysResult<void> SetAddressReuse(NativeHandle handle,
                                  AddressReuse reuse) override {
    return next().SetAddressReuse(handle, reuse);
  }
  SysResult<void> SetBlocking(NativeHandle handle, bool blocking) override {
    return next().SetBlocking(handle, blocking);
  }
  SysResult<bool> HasReceivingEnded(NativeHandle handle) override {
    return next().HasReceivingEnded(handle);
  }
  SysResult<std::uint64_t> Identity(NativeHandle handle) override {
    return next().Identity(handle);
  }
  SysResult<bool> IsNonBlocking(NativeHandle handle) override {
    return next().IsNonBlocking(handle);
  }
  SysResult<SocketDescription> Describe(NativeHandle handle) override {
    return next().Describe(handle);
  }
  SysResult<bool> GetInheritable(NativeHandle handle) override {
    return next().GetInheritable(handle);
  }
  SysResult<void> SetInheritable(NativeHandle handle,
                                 bool inheritable) override {
    return next().SetInheritable(handle, inheritable);
  }
  SysResult<std::size_t> Ioctl(NativeHandle handle, std::uint32_t request,
                               absl::Span<const char> in,
                               absl::Span<char> out) override {
    return next().Ioctl(handle, request, in, out);
  }
  SysResult<std::string> Share(NativeHandle handle,
                               std::uint32_t process_id) override {
    return next().Share(handle, process_id);
  }
  SysResult<NativeHandle> FromShare(absl::string_view info) override {
    return next().FromShare(info);
  }

 protected:
  virtual SocketCalls& next() const { return next_; }

 private:
  SocketCalls& next_;
};

class ForwardingReadinessCalls : public ReadinessCalls {
 public:
  explicit ForwardingReadinessCalls(ReadinessCalls& next) : next_(next) {}

  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override {
    return next().WaitInterruptibly(targets, interrupts, timeout);
  }
  SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt() override {
    return next().NewInterrupt();
  }
  SysResult<std::unique_ptr<PollSet>> NewPollSet() override {
    return next().NewPollSet();
  }
  ProcessMark MarkProcess() override { return next().MarkProcess(); }
  void Sleep(absl::Duration duration) override { next().Sleep(duration); }

 protected:
  virtual ReadinessCalls& next() const { return next_; }

 private:
  ReadinessCalls& next_;
};

// For a decorator that changes what NewPollSet returns. Owns `next`.
class ForwardingPollSet : public PollSet {
 public:
  explicit ForwardingPollSet(std::unique_ptr<PollSet> next)
      : next_(std::move(next)) {}

  SysResult<void> Add(const PollWish& wish) override {
    return next_->Add(wish);
  }
  SysResult<void> Change(const PollWish& wish) override {
    return next_->Change(wish);
  }
  SysResult<void> Remove(NativeHandle handle) override {
    return next_->Remove(handle);
  }
  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override {
    return next_->Wait(ready, timeout);
  }
  void Wake() override { next_->Wake(); }
  NativeHandle handle() const override { return next_->handle(); }

 private:
  const std::unique_ptr<PollSet> next_;
};

class ForwardingClockCalls : public ClockCalls {
 public:
  explicit ForwardingClockCalls(ClockCalls& next) : next_(next) {}

  absl::Duration Now() override { return next().Now(); }

 protected:
  virtual ClockCalls& next() const { return next_; }

 private:
  ClockCalls& next_;
};

class ForwardingNameCalls : public NameCalls {
 public:
  explicit ForwardingNameCalls(NameCalls& next) : next_(next) {}

  FoundAddresses FindAddresses(const AddrInfoQuery& query,
                               const CallLimit& limit) override {
    return next().FindAddresses(query, limit);
  }
  // A decorator that changes FindAddresses changes this call as well, unless it
  // only watches.
  std::unique_ptr<PendingLookup> BeginFindAddresses(
      const AddrInfoQuery& query, const CallLimit& limit,
      std::function<void()> done) override {
    return next().BeginFindAddresses(query, limit, std::move(done));
  }
  LookupResult<NameInfo> FindName(const SockAddr& address, int flags,
                                  const CallLimit& limit) override {
    return next().FindName(address, flags, limit);
  }
  LookupResult<HostEntry> FindHostByName(absl::string_view name,
                                         const CallLimit& limit) override {
    return next().FindHostByName(name, limit);
  }
  LookupResult<HostEntry> FindHostByAddress(const SockAddr& address,
                                            const CallLimit& limit) override {
    return next().FindHostByAddress(address, limit);
  }
  SysResult<std::string> GetHostName() override { return next().GetHostName(); }
  SysResult<void> SetHostName(absl::string_view name) override {
    return next().SetHostName(name);
  }

 protected:
  virtual NameCalls& next() const { return next_; }

 private:
  NameCalls& next_;
};

class ForwardingServiceCalls : public ServiceCalls {
 public:
  explicit ForwardingServiceCalls(ServiceCalls& next) : next_(next) {}

  SysResult<std::optional<std::uint16_t>> PortOfService(
      absl::string_view service, absl::string_view protocol) override {
    return next().PortOfService(service, protocol);
  }
  SysResult<std::optional<std::string>> ServiceOfPort(
      std::uint16_t port, absl::string_view protocol) override {
    return next().ServiceOfPort(port, protocol);
  }
  SysResult<std::optional<int>> ProtocolOfName(
      absl::string_view name) override {
    return next().ProtocolOfName(name);
  }

 protected:
  virtual ServiceCalls& next() const { return next_; }

 private:
  ServiceCalls& next_;
};

class ForwardingInterfaceCalls : public InterfaceCalls {
 public:
  explicit ForwardingInterfaceCalls(InterfaceCalls& next) : next_(next) {}

  SysResult<std::uint32_t> NameToIndex(absl::string_view name) override {
    return next().NameToIndex(name);
  }
  SysResult<std::string> IndexToName(std::uint32_t index) override {
    return next().IndexToName(index);
  }
  SysResult<std::vector<InterfaceEntry>> List() override {
    return next().List();
  }
  SysResult<std::uint32_t> KernelControlId(absl::string_view name) override {
    return next().KernelControlId(name);
  }

 protected:
  virtual InterfaceCalls& next() const { return next_; }

 private:
  InterfaceCalls& next_;
};

class ForwardingFileCalls : public FileCalls {
 public:
  explicit ForwardingFileCalls(FileCalls& next) : next_(next) {}

  bool IsHandle(NativeHandle file) const override {
    return next().IsHandle(file);
  }
  SysResult<std::size_t> SendFile(NativeHandle socket, bool blocking,
                                  NativeHandle file, std::uint64_t offset,
                                  std::size_t count) override {
    return next().SendFile(socket, blocking, file, offset, count);
  }
  SysResult<std::size_t> ReadAt(NativeHandle file, std::uint64_t offset,
                                absl::Span<char> buffer) override {
    return next().ReadAt(file, offset, buffer);
  }
  SysResult<std::size_t> ReadNext(NativeHandle file,
                                  absl::Span<char> buffer) override {
    return next().ReadNext(file, buffer);
  }

 protected:
  virtual FileCalls& next() const { return next_; }

 private:
  FileCalls& next_;
};

class ForwardingErrorCalls : public ErrorCalls {
 public:
  explicit ForwardingErrorCalls(ErrorCalls& next) : next_(next) {}

  std::string Text(ErrorDomain domain, int native) const override {
    return next().Text(domain, native);
  }
  absl::string_view Name(ErrorDomain domain, int native) const override {
    return next().Name(domain, native);
  }

 protected:
  virtual ErrorCalls& next() const { return next_; }

 private:
  ErrorCalls& next_;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_FORWARDING_H_
