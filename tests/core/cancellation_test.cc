// Cancellation at the worst moment: while a call waits for something that comes
// at the same time.

#include "mortise/core/cancellation.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace {

// Does something before each wait.
class EventfulReadiness final : public ForwardingReadinessCalls {
 public:
  using ForwardingReadinessCalls::ForwardingReadinessCalls;

  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override {
    ++waits;
    if (before_wait) before_wait();
    // An unconnected socket is ready, and this one is as good as connecting.
    if (nothing_is_ready) {
      next().WaitInterruptibly({}, interrupts, timeout);
      return {targets.size(), 0};
    }
    return next().WaitInterruptibly(targets, interrupts, timeout);
  }
  SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt() override {
    if (before_interrupt) before_interrupt();
    if (no_interrupts) {
      const ErrorTable& errors = Platform::Default().facts().errors;
      return {nullptr, errors.Native(ErrorCode::kEmfile)};
    }
    return next().NewInterrupt();
  }

  std::function<void()> before_wait;
  std::function<void()> before_interrupt;
  int waits = 0;
  bool no_interrupts = false;
  bool nothing_is_ready = false;
};

// Never makes a call wait, if it is told so. Takes a byte at a time, and always
// has more.
class BusySockets final : public ForwardingSocketCalls {
 public:
  using ForwardingSocketCalls::ForwardingSocketCalls;

  SysResult<std::size_t> Send(NativeHandle handle, absl::Span<const char> data,
                              int flags) override {
    if (!busy) return next().Send(handle, data, flags);
    ++calls;
    if (in_call) in_call();
    return {1, 0};
  }
  SysResult<std::size_t> Recv(NativeHandle handle, absl::Span<char> buffer,
                              int flags) override {
    if (!busy) return next().Recv(handle, buffer, flags);
    ++calls;
    if (in_call) in_call();
    std::fill(buffer.begin(), buffer.end(), 'x');
    return {buffer.size(), 0};
  }

  // Says that it has begun, and begins nothing. Nothing becomes of the socket.
  SysResult<void> Connect(NativeHandle handle,
                          const SockAddr& address) override {
    if (!connects_for_ever) return next().Connect(handle, address);
    const ErrorTable& errors = Platform::Default().facts().errors;
    return {errors.Native(ErrorCode::kEinprogress)};
  }

  bool busy = false;
  bool connects_for_ever = false;
  int calls = 0;
  std::function<void()> in_call;
};

class CancellationTest : public ::testing::Test {
 protected:
  CancellationTest()
      : sockets_(Platform::Default().sockets()),
        readiness_(Platform::Default().readiness()),
        platform_(Parts(), Platform::Default().facts()),
        pair_(*SocketPair(kAfUnspec, kSockStream, 0, &platform_)) {
    EXPECT_TRUE(socket().SetCancellation(token_).ok());
  }

  Platform::Parts Parts() {
    Platform::Parts parts = Platform::Default().parts();
    parts.sockets = &sockets_;
    parts.readiness = &readiness_;
    return parts;
  }

  Socket& socket() { return pair_.first; }
  void SendAndCancel() {
    EXPECT_TRUE(pair_.second.SendAll("x").ok());
    token_.Cancel();
  }

  BusySockets sockets_;
  EventfulReadiness readiness_;
  Platform platform_;
  const Cancellation token_;
  std::pair<Socket, Socket> pair_;
};

TEST_F(CancellationTest, AfterAWakeUpByBothTheTryComesFirst) {
  readiness_.before_wait = [this] { SendAndCancel(); };
  absl::StatusOr<std::string> got = socket().Recv(1);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(*got, "x");
  EXPECT_EQ(readiness_.waits, 1);
}

TEST_F(CancellationTest, TheSameOnAStream) {
  readiness_.before_wait = [this] { SendAndCancel(); };
  absl::StatusOr<std::string> got = BorrowStream(socket())->Read(1);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(*got, "x");
}

TEST_F(CancellationTest, ACancelledCallDoesNotWait) {
  token_.Cancel();
  EXPECT_TRUE(mortise::IsCancelled(socket().Recv(1).status()));
  EXPECT_TRUE(mortise::IsCancelled(BorrowStream(socket())->Read(1).status()));
  EXPECT_EQ(readiness_.waits, 0);
}

// The call would not be cancelled, so it does not wait.
TEST_F(CancellationTest, WithoutAnInterruptTheCallFails) {
  readiness_.no_interrupts = true;
  EXPECT_TRUE(IsTooManyDescriptors(socket().Recv(1).status()));
  EXPECT_TRUE(IsTooManyDescriptors(BorrowStream(socket())->Read(1).status()));
  EXPECT_EQ(readiness_.waits, 0);
  // Nothing is lost, and what need not wait needs no interrupt.
  ASSERT_TRUE(pair_.second.SendAll("x").ok());
  EXPECT_TRUE(socket().Recv(1).ok());
  readiness_.no_interrupts = false;
  token_.Cancel();
  EXPECT_TRUE(mortise::IsCancelled(socket().Recv(1).status()));
}

// A peer that keeps a call busy does not keep it from ending.
TEST_F(CancellationTest, ACallThatNeverWaitsIsCancelledBetweenItsPieces) {
  sockets_.busy = true;
  sockets_.in_call = [this] {
    if (sockets_.calls % 3 == 0) token_.Cancel();
  };
  const std::string data(10, 'x');
  std::size_t sent = 0;
  EXPECT_TRUE(mortise::IsCancelled(socket().SendAll(data, 0, &sent)));
  EXPECT_EQ(sent, 3u);
  EXPECT_TRUE(
      mortise::IsCancelled(BorrowStream(socket())->WriteAll(data, &sent)));
  EXPECT_EQ(sent, 1u);
  absl::StatusOr<SocketFile> file = MakeFile(BorrowStream(socket()), "r");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(mortise::IsCancelled(file->Read().status()));
}

TEST_F(CancellationTest, SoDoesAnExpiredDeadline) {
  sockets_.busy = true;
  ASSERT_TRUE(
      socket().SetCancellation(Cancellation::After(absl::ZeroDuration())).ok());
  const std::string data(10, 'x');
  std::size_t sent = 0;
  EXPECT_TRUE(IsTimeout(socket().SendAll(data, 0, &sent)));
  EXPECT_EQ(sent, 1u);
  EXPECT_TRUE(IsTimeout(BorrowStream(socket())->WriteAll(data, &sent)));
  EXPECT_EQ(sent, 1u);
  absl::StatusOr<SocketFile> file = MakeFile(BorrowStream(socket()), "r");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(IsTimeout(file->Read().status()));
}

// A call of a non-blocking socket is not changed.
TEST_F(CancellationTest, ACallOfANonBlockingSocketGoesOn) {
  sockets_.busy = true;
  token_.Cancel();
  ASSERT_TRUE(socket().SetBlocking(false).ok());
  EXPECT_TRUE(socket().SendAll(std::string(10, 'x')).ok());
}

TEST_F(CancellationTest, ACancelledCallNeedsNoInterrupt) {
  readiness_.no_interrupts = true;
  token_.Cancel();
  EXPECT_TRUE(mortise::IsCancelled(socket().Recv(1).status()));
  EXPECT_TRUE(mortise::IsCancelled(BorrowStream(socket())->Read(1).status()));
  ASSERT_TRUE(socket().SetTimeout(absl::Minutes(10)).ok());
  EXPECT_TRUE(mortise::IsCancelled(socket().Recv(1).status()));
  CreateServerOptions options;
  options.platform = &platform_;
  options.cancellation = token_;
  absl::StatusOr<Socket> server = CreateServer({"127.0.0.1", 0}, options);
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_TRUE(mortise::IsCancelled(server->Accept().status()));
  EXPECT_EQ(readiness_.waits, 0);
}

// The one interrupt that there is no descriptor for is of no use any more.
TEST_F(CancellationTest, NorDoesACallThatIsCancelledMeanwhile) {
  readiness_.no_interrupts = true;
  readiness_.before_interrupt = [this] { token_.Cancel(); };
  EXPECT_TRUE(mortise::IsCancelled(socket().Recv(1).status()));
}

TEST_F(CancellationTest, ACancelledLookUpNeedsNoInterrupt) {
  readiness_.no_interrupts = true;
  token_.Cancel();
  GetAddrInfoOptions query;
  query.platform = &platform_;
  query.cancellation = token_;
  EXPECT_TRUE(
      mortise::IsCancelled(GetAddrInfo("localhost", 80, query).status()));
  // A numeric host needs no wait.
  EXPECT_TRUE(GetAddrInfo("127.0.0.1", 80, query).ok());
}

TEST_F(CancellationTest, ACancelledConnectionNeedsNoInterrupt) {
  readiness_.no_interrupts = true;
  token_.Cancel();
  sockets_.connects_for_ever = true;
  readiness_.nothing_is_ready = true;
  CreateConnectionOptions options;
  options.platform = &platform_;
  options.timeout = absl::InfiniteDuration();
  options.cancellation = token_;
  EXPECT_TRUE(mortise::IsCancelled(
      CreateConnection({"127.0.0.1", 1}, options).status()));
}

// An interrupt that is counted.
class Counted final : public WaitInterrupt {
 public:
  explicit Counted(int* count) : count_(count) { ++*count_; }
  ~Counted() override { --*count_; }

 private:
  void Signal() override {}
  void Drain() override {}

  int* const count_;
};

// Makes interrupts, and does something else meanwhile.
class CountingReadiness final : public ForwardingReadinessCalls {
 public:
  using ForwardingReadinessCalls::ForwardingReadinessCalls;

  SysResult<std::unique_ptr<WaitInterrupt>> NewInterrupt() override {
    auto made = std::make_unique<Counted>(&count);
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    return {std::move(made), 0};
  }

  std::function<void()> meanwhile;
  int count = 0;
};

TEST(CancellationStateTest, AtOnceOnlyOneInterruptIsKept) {
  CountingReadiness readiness(Platform::Default().readiness());
  CountingReadiness others(Platform::Default().readiness());
  {
    const Cancellation token;
    internal::CancellationState& state = *token.state().get();
    WaitInterrupt* theirs = nullptr;
    readiness.meanwhile = [&] {
      theirs = state.InterruptFor(readiness).value;
      // One of another kind is no reason to drop one's own.
      state.InterruptFor(others);
    };
    WaitInterrupt* const ours = state.InterruptFor(readiness).value;
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(readiness.count, 1);
    EXPECT_EQ(others.count, 1);

    token.Cancel();
    EXPECT_TRUE(ours->is_set());
  }
  EXPECT_EQ(readiness.count, 0);
  EXPECT_EQ(others.count, 0);
}

TEST(CancellationStateTest, OneForOthersMeanwhileDropsNothing) {
  CountingReadiness readiness(Platform::Default().readiness());
  CountingReadiness others(Platform::Default().readiness());
  const Cancellation token;
  internal::CancellationState& state = *token.state().get();
  readiness.meanwhile = [&] { state.InterruptFor(others); };
  WaitInterrupt* const ours = state.InterruptFor(readiness).value;
  EXPECT_EQ(readiness.count, 1);
  EXPECT_EQ(others.count, 1);
  token.Cancel();
  EXPECT_TRUE(ours->is_set());
  EXPECT_TRUE(state.InterruptFor(others).value->is_set());
}

TEST_F(CancellationTest, OfAnExpiredTokenCancelCounts) {
  CreateConnectionOptions options;
  options.platform = &platform_;
  options.timeout = absl::InfiniteDuration();
  options.cancellation = Cancellation::After(absl::ZeroDuration());
  EXPECT_TRUE(IsTimeout(CreateConnection({"127.0.0.1", 1}, options).status()));
  options.cancellation->Cancel();
  EXPECT_TRUE(mortise::IsCancelled(
      CreateConnection({"127.0.0.1", 1}, options).status()));
}

TEST_F(CancellationTest, ANonBlockingConnectionIsTriedAfterTheDeadline) {
  sockets_.connects_for_ever = true;
  CreateConnectionOptions options;
  options.platform = &platform_;
  options.timeout = absl::ZeroDuration();
  options.cancellation = Cancellation::After(absl::ZeroDuration());
  EXPECT_TRUE(
      IsInProgress(CreateConnection({"127.0.0.1", 1}, options).status()));
}

TEST_F(CancellationTest, TimeoutsAreKeptInNanoseconds) {
  const std::pair<absl::Duration, absl::Duration> kept[] = {
      {absl::ZeroDuration(), absl::ZeroDuration()},
      {absl::Nanoseconds(1) / 4, absl::Nanoseconds(1)},
      {absl::Nanoseconds(3) / 2, absl::Nanoseconds(2)},
      {absl::Hours(24 * 365 * 290), absl::Hours(24 * 365 * 290)},
      {absl::Hours(24 * 365 * 300), absl::InfiniteDuration()},
      {absl::InfiniteDuration(), absl::InfiniteDuration()}};
  for (const auto& [set, got] : kept) {
    ASSERT_TRUE(socket().SetTimeout(set).ok());
    EXPECT_EQ(socket().GetTimeout(), got) << set;
  }
}

}  // namespace
}  // namespace mortise
