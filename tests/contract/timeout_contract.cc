// The three modes of every call that can wait.

#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/contract/contract_suites.h"
#include "mortise/contract/contract_test.h"
#include "mortise/contract/status_matchers.h"
#include "mortise/contract/waiting_call.h"
#include "mortise/error.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(TimeoutContract, ANonBlockingCallFailsWhereItWouldWait) {
  const std::unique_ptr<WaitingScene> scene = call().stage(*this);
  const Outcome outcome = AttemptUntilFailure(*scene, absl::ZeroDuration());
  EXPECT_THAT(outcome.status,
              Fails(absl::StatusCode::kUnavailable, IsWouldBlock));
  const std::optional<Error> error = ErrorOf(outcome.status);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->domain, ErrorDomain::kOs);
  EXPECT_EQ(error->operation, call().operation);
}

TEST_P(TimeoutContract, ATimeoutEndsTheCallAndNotBefore) {
  for (const absl::Duration timeout :
       {absl::Nanoseconds(1), absl::Microseconds(1500),
        absl::Milliseconds(100)}) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    const Outcome outcome = AttemptUntilFailure(*scene, timeout);
    EXPECT_GE(outcome.took, timeout);
    ASSERT_THAT(outcome.status,
                Fails(absl::StatusCode::kDeadlineExceeded, IsTimeout));
    EXPECT_FALSE(IsWouldBlock(outcome.status));
    const std::optional<Error> error = ErrorOf(outcome.status);
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->domain, ErrorDomain::kTimeout);
    EXPECT_EQ(error->code, ErrorCode::kEtimedout);
    EXPECT_EQ(error->native_code, 0);
    EXPECT_EQ(error->operation, call().operation);
  }
}

TEST_P(TimeoutContract, ABlockingCallWaitsUntilItCanGoThrough) {
  const std::unique_ptr<WaitingScene> scene = call().stage(*this);
  scene->Fill();
  Background<absl::Status> attempt(
      [&scene] { return scene->Attempt(absl::InfiniteDuration()); });
  attempt.AwaitAsleep();
  scene->Release();
  EXPECT_THAT(attempt.Result(), IsOk());
}

TEST_P(TimeoutContract, ACallThatCanGoThroughInTimeDoes) {
  // The last one is longer than the milliseconds of an int; waits end early.
  for (const absl::Duration timeout : {kLong, absl::Hours(24 * 365 * 200)}) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Fill();
    Background<absl::Status> attempt(
        [&scene, timeout] { return scene->Attempt(timeout); });
    attempt.AwaitAsleep();
    scene->Release();
    EXPECT_THAT(attempt.Result(), IsOk());
  }
}

TEST_P(TakingContract, WhatIsThereIsTakenHoweverShortTheTimeout) {
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Nanoseconds(1)}) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Release();
    ASSERT_TRUE(
        platform()
            .readiness()
            .Wait(scene->socket()->native_handle(), WaitEvent::kReadable, kLong)
            .value);
    EXPECT_THAT(scene->Attempt(timeout), IsOk());
  }
}

TEST_P(RepeatContract, AfterATimeoutTheSocketIsAsGoodAsBefore) {
  const std::unique_ptr<WaitingScene> scene = call().stage(*this);
  ASSERT_THAT(AttemptUntilFailure(*scene, absl::Milliseconds(10)).status,
              Fails(IsTimeout));
  ASSERT_THAT(AttemptUntilFailure(*scene, absl::ZeroDuration()).status,
              Fails(IsWouldBlock));
  scene->Release();
  EXPECT_THAT(scene->Attempt(absl::InfiniteDuration()), IsOk());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
