// Checks what the comment in mock_platform.h says.

#include "mortise/platform/mock/mock_platform.h"

#include <climits>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/platform/every_call.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::AnyNumber;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::InvokeWithoutArgs;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::PrintToString;
using ::testing::Return;
using ::testing::SizeIs;
using ::testing::StrictMock;

constexpr NativeHandle kHandle{7};
constexpr int kNoResult = FakeErrors::kNoResult;
// The longest output about one mistake that people still read, in characters.
constexpr std::size_t kLittle = 2000;

// The example in the comment.

TEST(ClientTest, SeesTheReset) {
  MockPlatform mock;
  EXPECT_CALL(mock.sockets, Socket).WillOnce(Return(Made(NativeHandle(7))));
  EXPECT_CALL(mock.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEconnreset)));
  EXPECT_CALL(mock.sockets, Close(NativeHandle(7)));
  absl::StatusOr<Socket> socket =
      Socket::Create(kAfInet, kSockStream, 0, &mock.platform);
  ASSERT_TRUE(socket.ok()) << socket.status();
  EXPECT_TRUE(IsConnectionReset(socket->Recv(10).status()));
}

// --- Unexpected calls -------------------------------------------------------

// Returns what GoogleTest would have printed about the failures of `action`.
template <typename Action>
std::vector<std::string> FailuresOf(Action action) {
  ::testing::TestPartResultArray results;
  {
    ::testing::ScopedFakeTestPartResultReporter reporter(
        ::testing::ScopedFakeTestPartResultReporter::
            INTERCEPT_ONLY_CURRENT_THREAD,
        &results);
    action();
  }
  std::vector<std::string> failures;
  for (int i = 0; i < results.size(); ++i) {
    const ::testing::TestPartResult& result = results.GetTestPartResult(i);
    if (result.failed()) failures.emplace_back(result.message());
  }
  return failures;
}

template <typename Action>
std::string FailureOf(Action action) {
  const std::vector<std::string> failures = FailuresOf(action);
  EXPECT_THAT(failures, SizeIs(1));
  return failures.empty() ? "" : failures[0];
}

template <typename T>
bool IsNoResult(const SysResult<T>& result) {
  return result.error == kNoResult;
}
template <typename T>
bool IsNoResult(const LookupResult<T>& result) {
  return result.error == kNoResult && !result.timed_out;
}
bool IsNoResult(const std::unique_ptr<PendingLookup>& lookup) {
  return IsNoResult(lookup->Take());
}
bool IsNoResult(bool result) { return !result; }
bool IsNoResult(const ProcessMark& mark) { return mark.IsOfThisProcess(); }

template <typename Calls, typename R, typename... A, typename Method>
void CallWithoutResult(Calls& calls, Method method) {
  Arguments<A...> arguments;
  arguments.PassTo([&](A... each) {
    if constexpr (std::is_void_v<R>) {
      (calls.*method)(each...);
    } else {
      EXPECT_TRUE(IsNoResult((calls.*method)(each...)));
    }
  });
}
template <typename Calls, typename R, typename... A>
void ExpectNoResult(Calls& calls, R (Calls::*method)(A...)) {
  CallWithoutResult<Calls, R, A...>(calls, method);
}
template <typename Calls, typename R, typename... A>
void ExpectNoResult(Calls& calls, R (Calls::*method)(A...) const) {
  CallWithoutResult<Calls, R, A...>(calls, method);
}

// Each method of each class, if no call of it is expected, and if a call is
// expected but has no action.
#define MORTISE_CALL(name, Method)                                       \
  TEST(Mock##name##CallsTest, Method##HasNoResultByDefault) {            \
    StrictMock<Mock##name##Calls> mock;                                  \
    name##Calls& calls = mock;                                           \
    const std::string failure =                                          \
        FailureOf([&] { ExpectNoResult(calls, &name##Calls::Method); }); \
    EXPECT_THAT(failure, HasSubstr("Uninteresting mock function"));      \
    EXPECT_THAT(failure, HasSubstr(#Method "("));                        \
    EXPECT_LT(failure.size(), kLittle) << failure;                       \
    EXPECT_CALL(mock, Method);                                           \
    ExpectNoResult(calls, &name##Calls::Method);                         \
    EXPECT_THAT(                                                         \
        FailureOf([&] { ExpectNoResult(calls, &name##Calls::Method); }), \
        HasSubstr("called more times than expected"));                   \
  }
#define MORTISE_UNMOCKED_CALL(name, Method)
#include "mortise/tests/platform/every_call.inc"
#undef MORTISE_UNMOCKED_CALL
#undef MORTISE_CALL

class MockPlatformTest : public ::testing::Test {
 protected:
  // Returns a socket that waits for at most a second.
  Socket Open(AddressFamily family = kAfInet) {
    EXPECT_CALL(mock_.sockets, Close(kHandle));
    EXPECT_CALL(mock_.sockets, SetBlocking(kHandle, false))
        .WillOnce(Return(Done()));
    Socket socket =
        Socket::Adopt(kHandle, family, kSockStream, 0, &mock_.platform).value();
    EXPECT_TRUE(socket.SetTimeout(absl::Seconds(1)).ok());
    return socket;
  }

  ReadinessCalls& readiness() { return mock_.platform.readiness(); }
  NameCalls& names() { return mock_.platform.names(); }

  MockPlatform mock_;
};

// Each loop of the library ends if the test has forgotten an expectation.

TEST_F(MockPlatformTest, AForgottenSendEnds) {
  Socket socket = Open();
  absl::Status status;
  EXPECT_THAT(FailureOf([&] { status = socket.SendAll("x"); }),
              HasSubstr("Send(7, { 'x' (120, 0x78) }, 0)"));
  EXPECT_THAT(std::string(status.message()),
              EndsWith(": the test gave the mock no result for this [69999]"));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown);
}

TEST_F(MockPlatformTest, OneSendMoreThanExpectedEnds) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Send).WillOnce(Return(Made<std::size_t>(1)));
  EXPECT_THAT(FailureOf([&] {
                EXPECT_EQ(ErrorOf(socket.SendAll("xyz"))->native_code,
                          kNoResult);
              }),
              HasSubstr("Returns: failed: the test gave the mock no result"));
}

TEST_F(MockPlatformTest, ASendOfOtherArgumentsEnds) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Send(NativeHandle(8), _, _)).Times(AnyNumber());
  EXPECT_THAT(FailureOf([&] {
                EXPECT_EQ(ErrorOf(socket.SendAll("xyz"))->native_code,
                          kNoResult);
              }),
              HasSubstr("Actual: 7"));
}

TEST_F(MockPlatformTest, AForgottenWaitEnds) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Recv)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_THAT(FailureOf([&] {
                EXPECT_EQ(ErrorOf(socket.Recv(1).status())->native_code,
                          kNoResult);
              }),
              HasSubstr("Wait(7, kReadable, 1s)"));
}

TEST_F(MockPlatformTest, AForgottenWaitForAConnectionEnds) {
  EXPECT_CALL(mock_.sockets, Socket).WillOnce(Return(Made(kHandle)));
  EXPECT_CALL(mock_.sockets, SetBlocking).WillRepeatedly(Return(Done()));
  EXPECT_CALL(mock_.sockets, Connect)
      .WillOnce(Return(Failed(ErrorCode::kEinprogress)));
  EXPECT_CALL(mock_.sockets, Close(kHandle));
  CreateConnectionOptions options;
  options.platform = &mock_.platform;
  EXPECT_THAT(
      FailureOf([&] {
        EXPECT_EQ(ErrorOf(CreateConnection({"192.0.2.1", 80}, options).status())
                      ->native_code,
                  kNoResult);
      }),
      HasSubstr("Wait(7, kConnected, "));
}

TEST_F(MockPlatformTest, AForgottenSleepEnds) {
  Socket socket = Open(kAfUnix);
  EXPECT_CALL(mock_.sockets, Connect)
      .WillRepeatedly(Return(Failed(ErrorCode::kEagain)));
  const std::vector<std::string> failures = FailuresOf(
      [&] { EXPECT_TRUE(IsTimeout(socket.Connect(UnixPath{"/x"}))); });
  EXPECT_THAT(failures, Not(SizeIs(0)));
  EXPECT_LT(failures.size(), 100u);
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(1));
}

TEST_F(MockPlatformTest, AForgottenLookUpIsNotATimeout) {
  Socket socket = Open();
  EXPECT_THAT(FailureOf([&] {
                const absl::Status status = socket.Connect({"a.example", 80});
                EXPECT_FALSE(IsTimeout(status));
                EXPECT_EQ(ErrorOf(status)->native_code, kNoResult);
              }),
              HasSubstr("FindAddresses"));
}

TEST_F(MockPlatformTest, SomeCallsAreAlwaysExpected) {
  SocketCalls& sockets = mock_.platform.sockets();
  EXPECT_TRUE(sockets.IsHandle(kHandle));
  EXPECT_FALSE(sockets.IsHandle(NativeHandle()));
  EXPECT_TRUE(mock_.platform.files().IsHandle(kHandle));
  EXPECT_FALSE(mock_.platform.files().IsHandle(NativeHandle()));
  EXPECT_EQ(sockets.IsNonBlocking(kHandle).error, kNotSupportedError);
}

TEST(MockPlatformFactsTest, AreThoseOfNoSystemUnlessATestGivesOthers) {
  const MockPlatform mock;
  const SystemFacts& facts = mock.platform.facts();
  EXPECT_EQ(facts.errors.Native(ErrorCode::kEpipe),
            FakeErrors::Native(ErrorCode::kEpipe));
  EXPECT_EQ(facts.max_unix_path, 107u);
  EXPECT_EQ(facts.pair_family, MockPlatform::kPairFamily);
  EXPECT_EQ(facts.wait_flags.do_not_wait, 0);
  EXPECT_EQ(facts.wait_flags.error_queue, 0);

  SystemFacts others = MockPlatform::Facts();
  others.max_unix_path = 3;
  others.wait_flags = {1, 2};
  MockPlatform other(others);
  EXPECT_EQ(other.platform.facts().wait_flags.do_not_wait, 1);
  EXPECT_EQ(other.platform.facts().wait_flags.error_queue, 2);
  EXPECT_CALL(other.sockets, Close(kHandle));
  Socket socket =
      Socket::Adopt(kHandle, kAfUnix, kSockStream, 0, &other.platform).value();
  EXPECT_TRUE(IsUsageError(socket.Bind(UnixPath{"four"})));
}

// --- Time -------------------------------------------------------------------

TEST_F(MockPlatformTest, TimeStandsStill) {
  const absl::Duration now = mock_.clock.Now();
  EXPECT_EQ(mock_.platform.clock().Now(), now);
  EXPECT_EQ(mock_.clock.reads(), 2);
  EXPECT_EQ(mock_.clock.elapsed(), absl::ZeroDuration());
  EXPECT_EQ(mock_.clock.reads(), 2);
}

TEST_F(MockPlatformTest, ATestMovesIt) {
  const absl::Duration now = mock_.clock.Now();
  mock_.clock.Advance(absl::Seconds(2));
  mock_.clock.Advance(absl::ZeroDuration());
  EXPECT_EQ(mock_.platform.clock().Now() - now, absl::Seconds(2));
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(2));
}

TEST_F(MockPlatformTest, ItDoesNotGoBackwardsOrToTheEnd) {
  for (const absl::Duration by :
       {-absl::Nanoseconds(1), -absl::InfiniteDuration(),
        absl::InfiniteDuration()}) {
    EXPECT_THAT(FailureOf([&] { mock_.clock.Advance(by); }),
                HasSubstr("is negative or infinite"));
  }
  EXPECT_EQ(mock_.clock.elapsed(), absl::ZeroDuration());
}

TEST_F(MockPlatformTest, SleepMovesItWhateverTheAction) {
  EXPECT_CALL(mock_.readiness, Sleep)
      .WillOnce(Return())
      .WillOnce([](absl::Duration) {})
      .WillOnce(InvokeWithoutArgs([] {}))
      .WillRepeatedly(Return());
  for (int i = 1; i <= 5; ++i) {
    readiness().Sleep(absl::Seconds(5));
    EXPECT_EQ(mock_.clock.elapsed(), i * absl::Seconds(5));
  }
}

TEST_F(MockPlatformTest, SleepMovesItWithoutAnActionAndUnexpected) {
  EXPECT_CALL(mock_.readiness, Sleep).Times(1);
  readiness().Sleep(absl::Seconds(5));
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(5));
  FailureOf([&] { readiness().Sleep(absl::Seconds(5)); });
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(10));
}

TEST_F(MockPlatformTest, AWaitThatTimesOutMovesIt) {
  EXPECT_CALL(mock_.readiness, Wait)
      .WillOnce(Return(Made(false)))
      .WillOnce([](auto...) { return Made(false); })
      .WillRepeatedly(InvokeWithoutArgs([] { return Made(false); }));
  for (int i = 1; i <= 4; ++i) {
    const SysResult<bool> ready =
        readiness().Wait(kHandle, WaitEvents::kReadable, absl::Seconds(5));
    EXPECT_TRUE(ready.ok());
    EXPECT_FALSE(ready.value);
    EXPECT_EQ(mock_.clock.elapsed(), i * absl::Seconds(5));
  }
}

TEST_F(MockPlatformTest, AWaitThatEndsOtherwiseDoesNot) {
  EXPECT_CALL(mock_.readiness, Wait)
      .WillOnce(Return(Made(true)))
      .WillOnce(Return(Failed<bool>(ErrorCode::kEintr)));
  EXPECT_TRUE(
      readiness().Wait(kHandle, WaitEvents::kReadable, absl::Seconds(5)).value);
  EXPECT_FALSE(
      readiness().Wait(kHandle, WaitEvents::kReadable, absl::Seconds(5)).ok());
  EXPECT_EQ(mock_.clock.elapsed(), absl::ZeroDuration());
}

TEST_F(MockPlatformTest, AWaitForManyThatTimesOutMovesIt) {
  const WaitTarget targets[] = {{kHandle, WaitEvents::kConnected},
                                {NativeHandle(8), WaitEvents::kConnected}};
  EXPECT_CALL(mock_.readiness, WaitInterruptibly)
      .WillOnce(Return(Made<std::size_t>(1)))
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEintr)))
      .WillOnce(Return(Made<std::size_t>(2)));
  const auto wait = [&] {
    return readiness().WaitInterruptibly(targets, {}, absl::Seconds(5));
  };
  EXPECT_EQ(wait().value, 1u);
  EXPECT_FALSE(wait().ok());
  EXPECT_EQ(mock_.clock.elapsed(), absl::ZeroDuration());
  EXPECT_EQ(wait().value, 2u);
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(5));
}

TEST_F(MockPlatformTest, AWaitThatAnInterruptEndsDoesNotMoveIt) {
  const SysResult<std::unique_ptr<WaitInterrupt>> made =
      readiness().NewInterrupt();
  ASSERT_TRUE(made.ok());
  WaitInterrupt* const interrupt = made.value.get();
  const WaitTarget target = {kHandle, WaitEvents::kReadable};
  const auto wait = [&] {
    return readiness().WaitInterruptibly(absl::MakeConstSpan(&target, 1),
                                         {interrupt}, absl::Seconds(5));
  };
  EXPECT_CALL(mock_.readiness,
              Wait(kHandle, WaitEvents::kReadable, absl::Seconds(5)))
      .WillRepeatedly(Return(Made(false)));
  interrupt->Set();
  EXPECT_EQ(wait().value, 1u);
  EXPECT_EQ(mock_.clock.elapsed(), absl::ZeroDuration());
  interrupt->Clear();
  EXPECT_EQ(wait().value, 1u);
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(5));
}

TEST_F(MockPlatformTest, ALookUpThatTimesOutMovesIt) {
  LookupResult<HostEntry> late_host;
  late_host.timed_out = true;
  LookupResult<NameInfo> late_name;
  late_name.timed_out = true;
  LookupResult<std::vector<AddrInfoEntry>> late_addresses;
  late_addresses.timed_out = true;
  EXPECT_CALL(mock_.names, FindAddresses)
      .WillOnce(Return(late_addresses))
      .WillOnce(Return(LookupResult<std::vector<AddrInfoEntry>>()));
  EXPECT_CALL(mock_.names, FindName).WillOnce(Return(late_name));
  EXPECT_CALL(mock_.names, FindHostByName).WillOnce(Return(late_host));
  EXPECT_CALL(mock_.names, FindHostByAddress).WillOnce(Return(late_host));
  const absl::Duration second = absl::Seconds(1);
  EXPECT_TRUE(names().FindAddresses({}, second).timed_out);
  EXPECT_EQ(mock_.clock.elapsed(), 1 * second);
  EXPECT_TRUE(names().FindName(SockAddr(), 0, second).timed_out);
  EXPECT_EQ(mock_.clock.elapsed(), 2 * second);
  EXPECT_TRUE(names().FindHostByName("a", second).timed_out);
  EXPECT_EQ(mock_.clock.elapsed(), 3 * second);
  EXPECT_TRUE(names().FindHostByAddress(SockAddr(), second).timed_out);
  EXPECT_EQ(mock_.clock.elapsed(), 4 * second);
  EXPECT_FALSE(names().FindAddresses({}, second).timed_out);
  EXPECT_EQ(mock_.clock.elapsed(), 4 * second);
}

TEST_F(MockPlatformTest, AnActionThatMovesItHasSaidHowMuch) {
  const absl::Duration early = absl::Milliseconds(999);
  EXPECT_CALL(mock_.readiness, Sleep).WillOnce([&](auto...) {
    mock_.clock.Advance(early);
  });
  EXPECT_CALL(mock_.readiness, Wait).WillOnce([&](auto...) {
    mock_.clock.Advance(early);
    return Made(false);
  });
  readiness().Sleep(absl::Seconds(1));
  EXPECT_EQ(mock_.clock.elapsed(), early);
  EXPECT_FALSE(
      readiness().Wait(kHandle, WaitEvents::kReadable, absl::Seconds(1)).value);
  EXPECT_EQ(mock_.clock.elapsed(), 2 * early);
}

TEST_F(MockPlatformTest, ACallWithoutATimeoutDoesNotRunOutOfTime) {
  LookupResult<HostEntry> late;
  late.timed_out = true;
  EXPECT_CALL(mock_.readiness, Wait).WillOnce(Return(Made(false)));
  EXPECT_CALL(mock_.readiness, WaitInterruptibly(IsEmpty(), _, _))
      .WillOnce(Return(Made<std::size_t>(0)));
  EXPECT_CALL(mock_.names, FindHostByName).WillOnce(Return(late));
  const absl::Duration infinite = absl::InfiniteDuration();
  constexpr absl::string_view kMistake =
      "A call with an infinite timeout cannot run out of time.";
  EXPECT_NONFATAL_FAILURE(
      EXPECT_EQ(
          readiness().Wait(kHandle, WaitEvents::kReadable, infinite).error,
          kNoResult),
      std::string(kMistake));
  EXPECT_NONFATAL_FAILURE(
      EXPECT_EQ(readiness().WaitInterruptibly({}, {}, infinite).error,
                kNoResult),
      std::string(kMistake));
  EXPECT_NONFATAL_FAILURE(
      EXPECT_TRUE(IsNoResult(names().FindHostByName("a", infinite))),
      std::string(kMistake));
  EXPECT_EQ(mock_.clock.elapsed(), absl::ZeroDuration());
}

TEST_F(MockPlatformTest, ACallOfAMockItselfDoesNotMoveIt) {
  EXPECT_CALL(mock_.readiness, Sleep);
  mock_.readiness.Sleep(absl::Seconds(1));
  EXPECT_EQ(mock_.clock.elapsed(), absl::ZeroDuration());
}

TEST_F(MockPlatformTest, ASocketsTimeoutRunsOut) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Recv)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait).WillRepeatedly(Return(Made(false)));
  EXPECT_TRUE(IsTimeout(socket.Recv(10).status()));
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(1));
}

TEST(FakeClockTest, IsForManyThreads) {
  FakeClock clock;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&clock] {
      for (int j = 0; j < 1000; ++j) {
        const absl::Duration before = clock.Now();
        clock.Advance(absl::Milliseconds(1));
        EXPECT_GT(clock.Now(), before);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(clock.elapsed(), absl::Seconds(3));
  EXPECT_EQ(clock.reads(), 6000);
}

TEST_F(MockPlatformTest, IsForManyThreads) {
  Socket socket = Open();
  EXPECT_CALL(mock_.sockets, Send).WillRepeatedly(Return(Made<std::size_t>(1)));
  EXPECT_CALL(mock_.sockets, Recv)
      .WillRepeatedly(Return(Failed<std::size_t>(ErrorCode::kEagain)));
  EXPECT_CALL(mock_.readiness, Wait).WillRepeatedly(Return(Made(false)));
  std::thread reader([&socket] {
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(IsTimeout(socket.Recv(1).status()));
    }
  });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(socket.Send("x").value(), 1u);
  reader.join();
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(100));
}

// --- Errors -----------------------------------------------------------------

TEST(FakeErrorsTest, NumbersBelongToNoOperatingSystem) {
  const ErrorTable& errors = FakeErrors::Table();
  const ErrorTable& system = Platform::Default().facts().errors;
  for (int i = 1; !ErrorCodeName(static_cast<ErrorCode>(i)).empty(); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    const int native = errors.Native(code);
    for (const ErrorDomain domain :
         {ErrorDomain::kOs, ErrorDomain::kGetAddrInfo,
          ErrorDomain::kHostLookup}) {
      EXPECT_EQ(errors.Code(domain, native), code);
      EXPECT_EQ(system.Code(domain, native), ErrorCode::kUnmapped) << native;
    }
  }
  EXPECT_EQ(system.Code(ErrorDomain::kOs, kNoResult), ErrorCode::kUnmapped);
}

TEST(FakeErrorsTest, OtherNumbersHaveNoName) {
  const ErrorTable& errors = FakeErrors::Table();
  const int refused = errors.Native(ErrorCode::kEconnrefused);
  for (const int native :
       {INT_MIN, INT_MIN + FakeErrors::kBase, -1, 0, 1, kNoResult,
        FakeErrors::kBase, refused + 0x10000, INT_MAX}) {
    EXPECT_EQ(errors.Code(ErrorDomain::kOs, native), ErrorCode::kUnmapped)
        << native;
  }
}

TEST(FakeErrorsTest, NoPredicateIsTrueForNoResult) {
  MockPlatform mock;
  EXPECT_CALL(mock.sockets, Close(kHandle));
  EXPECT_CALL(mock.sockets, Recv);  // without an action
  Socket socket =
      Socket::Adopt(kHandle, kAfInet, kSockStream, 0, &mock.platform).value();
  const absl::Status status = socket.Recv(1).status();
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kUnmapped);
  for (const auto predicate :
       {IsTimeout, IsWouldBlock, IsInProgress, IsConnectionRefused,
        IsConnectionReset, IsConnectionAborted, IsBrokenPipe, IsNotConnected,
        IsAddressInUse, IsAddressNotAvailable, IsUnreachable, IsNameNotFound,
        IsAccessDenied, IsUnsupported, IsClosed, IsUsageError}) {
    EXPECT_FALSE(predicate(status));
  }
}

TEST(FailedTest, MeansTheCode) {
  MockPlatform mock;
  EXPECT_CALL(mock.sockets, Close(kHandle));
  EXPECT_CALL(mock.sockets, Recv)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kUnsupported)))
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEpipe)));
  Socket socket =
      Socket::Adopt(kHandle, kAfInet, kSockStream, 0, &mock.platform).value();
  EXPECT_EQ(Failed(ErrorCode::kUnsupported).error, kNotSupportedError);
  EXPECT_TRUE(IsUnsupported(socket.Recv(1).status()));
  EXPECT_TRUE(IsBrokenPipe(socket.Recv(1).status()));
}

TEST(ResultTest, PrintsWhatItIs) {
  EXPECT_EQ(PrintToString(Done()), "done");
  EXPECT_EQ(PrintToString(Made(kHandle)), "made 7");
  EXPECT_EQ(PrintToString(Failed(ErrorCode::kEpipe)), "failed: EPIPE");
  EXPECT_EQ(PrintToString(Failed<int>(ErrorCode::kUnsupported)),
            "failed: unsupported");
  EXPECT_EQ(PrintToString(SysResult<int>{0, 5}), "failed: fake error 5");
  LookupResult<int> lookup;
  EXPECT_EQ(PrintToString(lookup), "made 0");
  lookup.error = kNoResult;
  EXPECT_EQ(PrintToString(lookup),
            "failed: the test gave the mock no result for this");
  lookup.timed_out = true;
  EXPECT_EQ(PrintToString(lookup), "timed out");
}

}  // namespace
}  // namespace mortise
