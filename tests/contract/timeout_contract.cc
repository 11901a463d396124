// The three modes of every call that can wait.

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/waiting_call.h"

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
  // The second timeout has more milliseconds than an int can hold, so that the
  // OS's waits end before it.
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

// All duplicates of a descriptor share its mode, in this process and in others.
// A duplicate that changes the mode must not change how the other sockets
// behave.

// Returns a duplicate, which shares the mode with `socket`.
Socket DuplicateOf(const Socket& socket) {
  absl::StatusOr<Socket> duplicate =
      Socket::FromFd(socket.native_handle(), socket.family(), socket.type(),
                     socket.protocol(), socket.platform());
  EXPECT_THAT(duplicate, IsOk());
  return duplicate.ok() ? *std::move(duplicate) : Socket();
}

TEST_P(TimeoutContract, ATimeoutHoldsThoughADuplicateIsMadeBlocking) {
  const std::unique_ptr<WaitingScene> scene = call().stage(*this);
  Socket* const socket = scene->socket();
  if (socket == nullptr) GTEST_SKIP() << "no socket to duplicate beforehand";
  const WaitFlags& flags = platform().facts().wait_flags;
  const bool has_flag =
      call().takes ? flags.do_not_wait != 0 : flags.keep_all_from_waiting();
  if (!has_flag && call().operation != "accept") {
    GTEST_SKIP() << "no flag keeps the call from waiting";
  }
  ASSERT_THAT(AttemptUntilFailure(*scene, absl::ZeroDuration()).status,
              Fails(IsWouldBlock));
  Socket duplicate = DuplicateOf(*socket);
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Milliseconds(20)}) {
    ASSERT_THAT(socket->SetTimeout(timeout), IsOk());
    absl::Status status;
    while (status.ok()) {
      ASSERT_THAT(duplicate.SetBlocking(true), IsOk());
      status = scene->Call();
    }
    EXPECT_THAT(status, Fails(timeout == absl::ZeroDuration() ? IsWouldBlock
                                                              : IsTimeout));
  }
}

TEST_P(TimeoutContract, ABlockingCallWaitsThoughADuplicateIsNonBlocking) {
  const std::unique_ptr<WaitingScene> scene = call().stage(*this);
  Socket* const socket = scene->socket();
  if (socket == nullptr) GTEST_SKIP() << "no socket to duplicate beforehand";
  scene->Fill();
  ASSERT_THAT(socket->SetBlocking(true), IsOk());
  Socket duplicate = DuplicateOf(*socket);
  ASSERT_THAT(duplicate.SetBlocking(false), IsOk());
  Background<absl::Status> attempt([&scene] { return scene->Call(); });
  attempt.AwaitAsleep();
  scene->Release();
  EXPECT_THAT(attempt.Result(), IsOk());
}

TEST_P(TakingContract, WhatIsThereIsTakenHoweverShortTheTimeout) {
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Nanoseconds(1)}) {
    const std::unique_ptr<WaitingScene> scene = call().stage(*this);
    scene->Release();
    ASSERT_TRUE(platform()
                    .readiness()
                    .Wait(scene->socket()->native_handle(),
                          WaitEvents::kReadable, kLong)
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
