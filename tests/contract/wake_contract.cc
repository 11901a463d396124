// Shutdown from another thread wakes a call that waits.

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/waiting_call.h"

namespace mortise {
namespace contract {
namespace {

// Whether shutdown(2) wakes the call while it waits inside of the system, as it
// does without a timeout. Wine wakes nothing there. Linux does not wake a
// sender of datagrams that waits for room in the queue of the receiver.
bool WakesInside(const WaitingCall& call) {
  return !RunsUnderWine() && (call.takes || call.transport.is_stream());
}

std::vector<absl::Duration> Timeouts(const WaitingCall& call) {
  std::vector<absl::Duration> timeouts = {kLong};
  if (WakesInside(call)) timeouts.push_back(absl::InfiniteDuration());
  return timeouts;
}

ShutdownHow OwnHalf(const WaitingCall& call) {
  return call.takes ? ShutdownHow::kRead : ShutdownHow::kWrite;
}

// A receive reports the end of the stream. A send fails.
void ExpectWoken(const WaitingCall& call, const absl::Status& result) {
  if (call.takes) {
    EXPECT_THAT(result, IsOk());
  } else {
    EXPECT_THAT(result, Fails(absl::StatusCode::kUnavailable, IsBrokenPipe));
  }
}

// Calls until the call has to wait, and returns what it came to. A send may
// find some room before.
absl::Status CallUntilWoken(const WaitingCall& call, WaitingScene& scene) {
  absl::Status status = scene.Call();
  while (!call.takes && status.ok()) status = scene.Call();
  return status;
}

TEST_P(WakeContract, ShutdownWakesACallThatWaits) {
  for (const absl::Duration timeout : Timeouts(call())) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Fill();
    ASSERT_THAT(scene->socket()->SetTimeout(timeout), IsOk());
    Background<absl::Status> attempt(
        [&] { return CallUntilWoken(call(), *scene); });
    attempt.AwaitAsleep();
    ASSERT_THAT(scene->socket()->Shutdown(ShutdownHow::kBoth), IsOk());
    ExpectWoken(call(), attempt.Result());
  }
}

TEST_P(WakeContract, ShutdownOfItsOwnHalfWakesACallThatWaits) {
  for (const absl::Duration timeout : Timeouts(call())) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Fill();
    ASSERT_THAT(scene->socket()->SetTimeout(timeout), IsOk());
    Background<absl::Status> attempt(
        [&] { return CallUntilWoken(call(), *scene); });
    attempt.AwaitAsleep();
    ASSERT_THAT(scene->socket()->Shutdown(OwnHalf(call())), IsOk());
    ExpectWoken(call(), attempt.Result());
  }
}

// The same while the call is on its way into the wait, or has not begun. It
// would hang if the call could miss the shutdown.
TEST_P(WakeContract, NoMomentIsTooEarlyForShutdown) {
  constexpr int kRounds = 10;
  for (const absl::Duration timeout : Timeouts(call())) {
    for (int i = 0; i < kRounds; ++i) {
      const std::unique_ptr<WaitingScene> scene = call().stage(*this);
      scene->Fill();
      ASSERT_THAT(scene->socket()->SetTimeout(timeout), IsOk());
      Background<absl::Status> attempt(
          [&] { return CallUntilWoken(call(), *scene); });
      for (int j = 0; j < i; ++j) std::this_thread::yield();
      ASSERT_THAT(scene->socket()->Shutdown(OwnHalf(call())), IsOk());
      ExpectWoken(call(), attempt.Result());
    }
  }
}

TEST_P(WakeContract, ShutdownWakesEveryThreadThatWaits) {
  constexpr int kThreads = 8;
  for (const absl::Duration timeout : Timeouts(call())) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    const std::unique_ptr<WaitingScene> other = call().stage(*this);
    for (WaitingScene* each : {scene.get(), other.get()}) {
      each->Fill();
      ASSERT_THAT(each->socket()->SetTimeout(timeout), IsOk());
    }
    Background<absl::Status> undisturbed(
        [&] { return CallUntilWoken(call(), *other); });
    std::vector<std::unique_ptr<Background<absl::Status>>> attempts;
    for (int i = 0; i < kThreads; ++i) {
      attempts.push_back(std::make_unique<Background<absl::Status>>(
          [&] { return CallUntilWoken(call(), *scene); }));
    }
    undisturbed.AwaitAsleep();
    for (const auto& attempt : attempts) attempt->AwaitAsleep();
    ASSERT_THAT(scene->socket()->Shutdown(OwnHalf(call())), IsOk());
    for (const auto& attempt : attempts) ExpectWoken(call(), attempt->Result());
    EXPECT_FALSE(undisturbed.ended());
    ASSERT_THAT(other->socket()->Shutdown(OwnHalf(call())), IsOk());
    ExpectWoken(call(), undisturbed.Result());
  }
}

TEST_P(WakeContract, ShutdownThroughADuplicateWakesACallThatWaits) {
  for (const absl::Duration timeout : Timeouts(call())) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    absl::StatusOr<Socket> copy = scene->socket()->Dup();
    ASSERT_THAT(copy, IsOk());
    SocketCalls& sockets = platform().sockets();
    const SysResult<std::uint64_t> identity =
        sockets.Identity(scene->socket()->native_handle());
    if (!identity.ok() ||
        sockets.Identity(copy->native_handle()).value != identity.value) {
      GTEST_SKIP() << "the OS does not tell that both are one socket";
    }
    scene->Fill();
    ASSERT_THAT(scene->socket()->SetTimeout(timeout), IsOk());
    Background<absl::Status> attempt(
        [&] { return CallUntilWoken(call(), *scene); });
    attempt.AwaitAsleep();
    ASSERT_THAT(copy->Shutdown(OwnHalf(call())), IsOk());
    ExpectWoken(call(), attempt.Result());
  }
}

}  // namespace
}  // namespace contract
}  // namespace mortise
