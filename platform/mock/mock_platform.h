// A platform made with GoogleMock, for tests of code that uses sockets.
//
//   TEST(ClientTest, SeesTheReset) {
//     MockPlatform mock;
//     EXPECT_CALL(mock.sockets, Socket)
//         .WillOnce(Return(Made(NativeHandle(7))));
//     EXPECT_CALL(mock.sockets, Recv)
//         .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEconnreset)));
//     EXPECT_CALL(mock.sockets, Close(NativeHandle(7)));
//     absl::StatusOr<Socket> socket =
//         Socket::Create(kAfInet, kSockStream, 0, &mock.platform);
//     ASSERT_TRUE(socket.ok()) << socket.status();
//     EXPECT_TRUE(IsConnectionReset(socket->Recv(10).status()));
//   }
//
// Depend on "@mortise//platform/mock:mock_platform", which is testonly.
//
// Unexpected calls. The mocks are strict: a call that the test does not expect
// fails the test. Such a call, and an expected call without an action, returns
// the error FakeErrors::kNoResult. No loop of the library retries after this
// error, so that a forgotten expectation cannot hang a test. Methods that have
// no error return false, 0 or nothing.
//
// These methods are always expected: IsHandle, IsNonBlocking,
// HasReceivingEnded, GetPeerName, GetSockName, DeferPort, NewInterrupt,
// MarkProcess, BeginFindAddresses, and WaitInterruptibly for one target. By
// default IsNonBlocking and HasReceivingEnded say that the platform does not
// know, GetPeerName that there is no peer (the library asks for it when a call
// has failed), GetSockName that it cannot tell (the library asks for it when
// CreateConnection has connected), DeferPort that the platform lacks it,
// BeginFindAddresses calls `names.FindAddresses`, and WaitInterruptibly calls
// `readiness.Wait`, which a test that waits expects.
//
// Time. The clock of a MockPlatform moves in three cases only:
//   - A test calls `clock.Advance`.
//   - `Sleep` is called: by its duration.
//   - A call with a timeout reports that the time ran out: by its timeout. Wait
//     reports it by `false`, WaitInterruptibly by the number of targets, a
//     look-up by `timed_out`. A wait that an interrupt has ended moves nothing.
// If the action of such a call has moved the clock itself, the mock adds
// nothing. A call with an infinite timeout cannot run out of time: an action
// that reports it fails the test, and the call returns kNoResult. A call of
// `mock.readiness` or `mock.names` that does not go through `mock.platform`
// does not move the clock.
//
// Errors. The numbers belong to no operating system. Code that compares them
// with errno's constants therefore fails its tests.
//
// Thread safety. As with GoogleMock, any thread may call a MockPlatform once
// its expectations are set. Any thread may use the clock at any time. No call
// blocks, unless an action of the test does.

#ifndef MORTISE_PLATFORM_MOCK_MOCK_PLATFORM_H_
#define MORTISE_PLATFORM_MOCK_MOCK_PLATFORM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/system_facts.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

class MockSocketCalls : public SocketCalls {
 public:
  MockSocketCalls();
  ~MockSocketCalls() override;

  MOCK_METHOD(bool, IsHandle, (NativeHandle), (const, override));
  MOCK_METHOD(SysResult<NativeHandle>, Socket, (int, int, int), (override));
  MOCK_METHOD(SysResult<HandlePair>, SocketPair, (int, int, int), (override));
  MOCK_METHOD(SysResult<NativeHandle>, Dup, (NativeHandle), (override));
  MOCK_METHOD(SysResult<void>, Close, (NativeHandle), (override));
  MOCK_METHOD(SysResult<void>, DeferPort, (NativeHandle), (override));
  MOCK_METHOD(SysResult<void>, Bind, (NativeHandle, const SockAddr&),
              (override));
  MOCK_METHOD(SysResult<void>, Listen, (NativeHandle, int), (override));
  MOCK_METHOD(SysResult<NativeHandle>, Accept, (NativeHandle, SockAddr*),
              (override));
  MOCK_METHOD(SysResult<void>, Connect, (NativeHandle, const SockAddr&),
              (override));
  MOCK_METHOD(SysResult<void>, Disconnect, (NativeHandle), (override));
  MOCK_METHOD(SysResult<int>, TakeError, (NativeHandle), (override));
  MOCK_METHOD(SysResult<void>, Shutdown, (NativeHandle, ShutdownHow),
              (override));
  MOCK_METHOD(SysResult<std::size_t>, Recv,
              (NativeHandle, absl::Span<char>, int), (override));
  MOCK_METHOD(SysResult<std::size_t>, RecvFrom,
              (NativeHandle, absl::Span<char>, int, SockAddr*), (override));
  MOCK_METHOD(SysResult<std::size_t>, Send,
              (NativeHandle, absl::Span<const char>, int), (override));
  MOCK_METHOD(SysResult<std::size_t>, SendTo,
              (NativeHandle, absl::Span<const char>, int, const SockAddr&),
              (override));
  MOCK_METHOD(SysResult<ReceivedMessage>, RecvMsg,
              (NativeHandle, absl::Span<const absl::Span<char>>,
               absl::Span<char>, int, SockAddr*),
              (override));
  MOCK_METHOD(SysResult<std::size_t>, SendMsg,
              (NativeHandle, absl::Span<const absl::string_view>,
               absl::Span<const char>, int, const SockAddr*),
              (override));
  MOCK_METHOD(SysResult<void>, GetSockName, (NativeHandle, SockAddr*),
              (override));
  MOCK_METHOD(SysResult<void>, GetPeerName, (NativeHandle, SockAddr*),
              (override));
  MOCK_METHOD(SysResult<std::size_t>, GetSockOpt,
              (NativeHandle, int, int, absl::Span<char>), (override));
  MOCK_METHOD(SysResult<void>, SetSockOpt,
              (NativeHandle, int, int, absl::Span<const char>), (override));
  MOCK_METHOD(SysResult<void>, SetAddressReuse, (NativeHandle, AddressReuse),
              (override));
  MOCK_METHOD(SysResult<void>, SetBlocking, (NativeHandle, bool), (override));
  MOCK_METHOD(SysResult<bool>, HasReceivingEnded, (NativeHandle), (override));
  MOCK_METHOD(SysResult<std::uint64_t>, Identity, (NativeHandle), (override));
  MOCK_METHOD(SysResult<bool>, IsNonBlocking, (NativeHandle), (override));
  MOCK_METHOD(SysResult<SocketDescription>, Describe, (NativeHandle),
              (override));
  MOCK_METHOD(SysResult<bool>, GetInheritable, (NativeHandle), (override));
  MOCK_METHOD(SysResult<void>, SetInheritable, (NativeHandle, bool),
              (override));
  MOCK_METHOD(SysResult<std::size_t>, Ioctl,
              (NativeHandle, std::uint32_t, absl::Span<const char>,
               absl::Span<char>),
              (override));
  MOCK_METHOD(SysResult<std::string>, Share, (NativeHandle, std::uint32_t),
              (override));
  MOCK_METHOD(SysResult<NativeHandle>, FromShare, (absl::string_view),
              (override));
};

class MockPollSet : public PollSet {
 public:
  MockPollSet();
  ~MockPollSet() override;

  MOCK_METHOD(SysResult<void>, Add, (const PollWish&), (override));
  MOCK_METHOD(SysResult<void>, Change, (const PollWish&), (override));
  MOCK_METHOD(SysResult<void>, Remove, (NativeHandle), (override));
  MOCK_METHOD(SysResult<std::size_t>, Wait,
              (absl::Span<PollReady>, absl::Duration), (override));
  MOCK_METHOD(void, Wake, (), (override));
  MOCK_METHOD(NativeHandle, handle, (), (const, override));
};

class MockReadinessCalls : public ReadinessCalls {
 public:
  MockReadinessCalls();
  ~MockReadinessCalls() override;

  MOCK_METHOD(SysResult<std::size_t>, WaitInterruptibly,
              (absl::Span<const WaitTarget>, absl::Span<WaitInterrupt* const>,
               absl::Duration),
              (override));
  // What WaitInterruptibly calls for one handle, unless a test expects that
  // itself.
  MOCK_METHOD(SysResult<bool>, Wait,
              (NativeHandle, WaitEvents, absl::Duration));
  MOCK_METHOD(SysResult<std::unique_ptr<WaitInterrupt>>, NewInterrupt, (),
              (override));
  // What it returns may be a MockPollSet.
  MOCK_METHOD(SysResult<std::unique_ptr<PollSet>>, NewPollSet, (), (override));
  MOCK_METHOD(ProcessMark, MarkProcess, (), (override));
  MOCK_METHOD(void, Sleep, (absl::Duration), (override));
};

class MockNameCalls : public NameCalls {
 public:
  MockNameCalls();
  ~MockNameCalls() override;

  // The look-ups, with the timeout of their limit. What gives a look-up up is
  // not passed on: an action returns `cancelled` itself.
  MOCK_METHOD(LookupResult<std::vector<AddrInfoEntry>>, FindAddresses,
              (const AddrInfoQuery&, absl::Duration));
  MOCK_METHOD(LookupResult<NameInfo>, FindName,
              (const SockAddr&, int, absl::Duration));
  MOCK_METHOD(LookupResult<HostEntry>, FindHostByName,
              (absl::string_view, absl::Duration));
  MOCK_METHOD(LookupResult<HostEntry>, FindHostByAddress,
              (const SockAddr&, absl::Duration));
  FoundAddresses FindAddresses(const AddrInfoQuery& query,
                               const CallLimit& limit) override {
    return FindAddresses(query, limit.timeout);
  }
  LookupResult<NameInfo> FindName(const SockAddr& address, int flags,
                                  const CallLimit& limit) override {
    return FindName(address, flags, limit.timeout);
  }
  LookupResult<HostEntry> FindHostByName(absl::string_view name,
                                         const CallLimit& limit) override {
    return FindHostByName(name, limit.timeout);
  }
  LookupResult<HostEntry> FindHostByAddress(const SockAddr& address,
                                            const CallLimit& limit) override {
    return FindHostByAddress(address, limit.timeout);
  }
  // In a MockPlatform it calls FindAddresses, unless a test expects it itself.
  MOCK_METHOD(std::unique_ptr<PendingLookup>, BeginFindAddresses,
              (const AddrInfoQuery&, const CallLimit&, std::function<void()>),
              (override));
  MOCK_METHOD(SysResult<std::string>, GetHostName, (), (override));
  MOCK_METHOD(SysResult<void>, SetHostName, (absl::string_view), (override));
};

class MockServiceCalls : public ServiceCalls {
 public:
  MockServiceCalls();
  ~MockServiceCalls() override;

  MOCK_METHOD(SysResult<std::optional<std::uint16_t>>, PortOfService,
              (absl::string_view, absl::string_view), (override));
  MOCK_METHOD(SysResult<std::optional<std::string>>, ServiceOfPort,
              (std::uint16_t, absl::string_view), (override));
  MOCK_METHOD(SysResult<std::optional<int>>, ProtocolOfName,
              (absl::string_view), (override));
};

class MockInterfaceCalls : public InterfaceCalls {
 public:
  MockInterfaceCalls();
  ~MockInterfaceCalls() override;

  MOCK_METHOD(SysResult<std::uint32_t>, NameToIndex, (absl::string_view),
              (override));
  MOCK_METHOD(SysResult<std::string>, IndexToName, (std::uint32_t), (override));
  MOCK_METHOD(SysResult<std::vector<InterfaceEntry>>, List, (), (override));
  MOCK_METHOD(SysResult<std::uint32_t>, KernelControlId, (absl::string_view),
              (override));
};

class MockFileCalls : public FileCalls {
 public:
  MockFileCalls();
  ~MockFileCalls() override;

  MOCK_METHOD(bool, IsHandle, (NativeHandle), (const, override));
  MOCK_METHOD(SysResult<std::size_t>, SendFile,
              (NativeHandle, bool, NativeHandle, std::uint64_t, std::size_t),
              (override));
  MOCK_METHOD(SysResult<std::size_t>, ReadAt,
              (NativeHandle, std::uint64_t, absl::Span<char>), (override));
  MOCK_METHOD(SysResult<std::size_t>, ReadNext,
              (NativeHandle, absl::Span<char>), (override));
};

// A clock that stands still until it is moved. Thread-safe.
class FakeClock : public ClockCalls {
 public:
  absl::Duration Now() override;

  // Moves the time. Fails the test, and moves nothing, if `by` is negative or
  // infinite.
  void Advance(absl::Duration by);

  // Returns how far the clock has been moved in all.
  absl::Duration elapsed() const;
  // Returns how often `Now` has been called.
  int reads() const;

 private:
  mutable absl::Mutex mutex_;
  absl::Duration elapsed_ ABSL_GUARDED_BY(mutex_);
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Error numbers that no OS uses. A number that `Native` does not return has no
// portable name. Thread-safe.
class FakeErrors : public ErrorCalls {
 public:
  static constexpr int kBase = 70000;
  // The result of a call for which the test gives no result, or an impossible
  // one. Its portable code is kUnmapped, so no predicate of
  // mortise/core/error.h is true for it.
  static constexpr int kNoResult = kBase - 1;

  // Returns the table that MockPlatform's facts have.
  static const ErrorTable& Table();
  // Returns the number for `code`. It is never 0.
  static constexpr int Native(ErrorCode code) {
    return kBase + static_cast<int>(code);
  }

  std::string Text(ErrorDomain domain, int native) const override;
};

// Returns the result of a call that failed with `code`, in MockPlatform's
// numbers.
template <typename T = void>
SysResult<T> Failed(ErrorCode code) {
  SysResult<T> result;
  result.error = code == ErrorCode::kUnsupported ? kNotSupportedError
                                                 : FakeErrors::Native(code);
  return result;
}

// Return the result of a call that succeeded: `Made` with a value, `Done`
// without a value.
template <typename T>
SysResult<T> Made(T value) {
  return {std::move(value), 0};
}
inline SysResult<void> Done() { return {}; }

// Prints results for GoogleMock: "failed: ECONNRESET", "made 7", "done".
void PrintTo(const SysResult<void>& result, std::ostream* out);
template <typename T>
void PrintTo(const SysResult<T>& result, std::ostream* out) {
  if (result.ok()) {
    *out << "made " << ::testing::PrintToString(result.value);
  } else {
    PrintTo(SysResult<void>{result.error}, out);
  }
}
template <typename T>
void PrintTo(const LookupResult<T>& result, std::ostream* out) {
  if (result.timed_out) {
    *out << "timed out";
  } else {
    PrintTo(SysResult<T>{result.value, result.error}, out);
  }
}

// A MockPlatform owns all of its parts. It must outlive every `Socket` made
// with `platform`, because a `Socket` holds the platform's address. Therefore a
// MockPlatform is not copied or moved.
class MockPlatform {
 public:
  // The family of socket pairs. No OS has this number.
  static constexpr int kPairFamily = 77;

  // Returns the facts of a MockPlatform: the errors of FakeErrors, AF_UNIX
  // paths of at most 107 bytes, pairs of kPairFamily, and no flags.
  static SystemFacts Facts();

  explicit MockPlatform(const SystemFacts& facts = Facts());
  ~MockPlatform();

  ::testing::StrictMock<MockSocketCalls> sockets;
  ::testing::StrictMock<MockReadinessCalls> readiness;
  FakeClock clock;
  ::testing::StrictMock<MockNameCalls> names;
  ::testing::StrictMock<MockServiceCalls> services;
  ::testing::StrictMock<MockInterfaceCalls> interfaces;
  ::testing::StrictMock<MockFileCalls> files;
  FakeErrors errors;

 private:
  // These classes wrap `readiness` and `names`, and move `clock`.
  class TimedReadiness;
  class TimedNames;
  const std::unique_ptr<ReadinessCalls> timed_readiness_;
  const std::unique_ptr<NameCalls> timed_names_;

 public:
  // Declared last, because it points to all of the others.
  Platform platform;
};

}  // namespace mortise

// mock_platform.cc compiles the code that GoogleMock generates for these
// classes once, because that takes compilers longer than most tests do.
extern template class ::testing::StrictMock<mortise::MockSocketCalls>;
extern template class ::testing::StrictMock<mortise::MockReadinessCalls>;
extern template class ::testing::StrictMock<mortise::MockNameCalls>;
extern template class ::testing::StrictMock<mortise::MockServiceCalls>;
extern template class ::testing::StrictMock<mortise::MockInterfaceCalls>;
extern template class ::testing::StrictMock<mortise::MockFileCalls>;

#endif  // MORTISE_PLATFORM_MOCK_MOCK_PLATFORM_H_
