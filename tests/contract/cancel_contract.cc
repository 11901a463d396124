// Cancellation of each call that can wait. cancellation_contract.cc has the
// rest.

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/waiting_call.h"

namespace mortise {
namespace contract {
namespace {

const absl::Duration kTimeouts[] = {absl::InfiniteDuration(), kLong};

// The calls that wait for room may find some before they have to wait.
absl::Status AttemptUntilCancelled(WaitingScene& scene,
                                   absl::Duration timeout) {
  absl::Status status = scene.Attempt(timeout);
  while (status.ok()) status = scene.Attempt(timeout);
  return status;
}

void ExpectCancelled(const WaitingCall& call, const absl::Status& status) {
  EXPECT_THAT(status, Fails(absl::StatusCode::kCancelled, IsCancelled));
  const std::optional<Error> error = ErrorOf(status);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->domain, ErrorDomain::kCancelled);
  EXPECT_EQ(error->code, ErrorCode::kEcanceled);
  EXPECT_EQ(error->operation, call.operation);
}

// The socket is as it was: another token, or none, lets the call be made again.
void ExpectThatReleaseSucceeds(WaitingScene& scene) {
  scene.SetCancellation(std::nullopt);
  Background<absl::Status> attempt(
      [&scene] { return scene.Attempt(absl::InfiniteDuration()); });
  attempt.AwaitAsleep();
  scene.Release();
  EXPECT_THAT(attempt.Result(), IsOk());
}

TEST_P(CancelContract, ACallThatHasBeenCancelledBeforeDoesNotWait) {
  for (const absl::Duration timeout : kTimeouts) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Fill();
    const Cancellation token;
    scene->SetCancellation(token);
    token.Cancel();
    ExpectCancelled(call(), AttemptUntilCancelled(*scene, timeout));
    if (call().repeatable) ExpectThatReleaseSucceeds(*scene);
  }
}

TEST_P(CancelContract, CancelEndsACallThatWaits) {
  for (const absl::Duration timeout : kTimeouts) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Fill();
    const Cancellation token;
    scene->SetCancellation(token);
    Background<absl::Status> attempt(
        [&] { return AttemptUntilCancelled(*scene, timeout); });
    attempt.AwaitAsleep();
    EXPECT_FALSE(attempt.ended());
    token.Cancel();
    ExpectCancelled(call(), attempt.Result());
    if (call().repeatable) ExpectThatReleaseSucceeds(*scene);
  }
}

// It would hang if a call on its way into the wait could miss the token.
TEST_P(CancelContract, NoMomentIsTooEarlyForCancel) {
  constexpr int kRounds = 20;
  for (int i = 0; i < kRounds; ++i) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Fill();
    const Cancellation token;
    scene->SetCancellation(token);
    Background<absl::Status> attempt([&] {
      return AttemptUntilCancelled(*scene, absl::InfiniteDuration());
    });
    for (int j = 0; j < i; ++j) std::this_thread::yield();
    token.Cancel();
    ExpectCancelled(call(), attempt.Result());
  }
}

TEST_P(CancelContract, AfterEndsACallAsATimeoutDoes) {
  const std::unique_ptr<WaitingScene> scene = call().stage(*this);
  scene->Fill();
  const absl::Duration begin = Now();
  const absl::Duration limit = absl::Milliseconds(50);
  scene->SetCancellation(Cancellation::After(limit, &platform()));
  EXPECT_THAT(AttemptUntilCancelled(*scene, absl::InfiniteDuration()),
              Fails(absl::StatusCode::kDeadlineExceeded, IsOwnTimeout));
  EXPECT_GE(Now() - begin, limit);
}

TEST_P(CancelContract, ATokenThatIsNotCancelledLetsTheCallSucceed) {
  for (const absl::Duration timeout : kTimeouts) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Fill();
    scene->SetCancellation(Cancellation());
    Background<absl::Status> attempt([&] { return scene->Attempt(timeout); });
    attempt.AwaitAsleep();
    scene->Release();
    EXPECT_THAT(attempt.Result(), IsOk());
  }
}

TEST_P(CancelContract, ANonBlockingCallIsNotChanged) {
  const std::unique_ptr<WaitingScene> scene = call().stage(*this);
  scene->Fill();
  const Cancellation token;
  token.Cancel();
  scene->SetCancellation(token);
  EXPECT_THAT(AttemptUntilFailure(*scene, absl::ZeroDuration()).status,
              Fails(absl::StatusCode::kUnavailable, IsWouldBlock));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
