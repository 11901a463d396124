// A signal never makes a call fail. The time that passed before the signal
// counts towards the call's timeout.

#include <memory>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/waiting_call.h"

namespace mortise {
namespace contract {
namespace {

constexpr absl::Duration kPeriod = absl::Milliseconds(2);
// Enough signals so that some of them arrive while the call waits.
constexpr int kSignals = 10;

// Makes an attempt in a storm of signals. The attempt can succeed only after
// the storm has been going on for a while.
absl::Status AttemptInStorm(ContractTestBase& test, const WaitingCall& call,
                            absl::Duration timeout) {
  const std::unique_ptr<WaitingScene> scene = call.stage(test);
  scene->Fill();
  Background<absl::Status> attempt([&test, &scene, timeout] {
    const std::unique_ptr<SignalStorm> storm = test.BeginStorm(kPeriod);
    return scene->Attempt(timeout);
  });
  attempt.AwaitAsleep();
  const int enough = test.Signals() + kSignals;
  while (test.Signals() < enough && !attempt.ended()) {
    absl::SleepFor(kPeriod);
  }
  scene->Release();
  return attempt.Result();
}

TEST_P(SignalContract, ABlockingCallOutlivesSignals) {
  if (!HaveSignals()) GTEST_SKIP() << "no signals here";
  EXPECT_THAT(AttemptInStorm(*this, call(), absl::InfiniteDuration()), IsOk());
}

TEST_P(SignalContract, ACallWithATimeoutOutlivesSignals) {
  if (!HaveSignals()) GTEST_SKIP() << "no signals here";
  EXPECT_THAT(AttemptInStorm(*this, call(), kLong), IsOk());
}

TEST_P(SignalContract, SignalsNeitherShortenNorStretchATimeout) {
  // The assertion is that the timeout is not shortened. If a timeout began anew
  // with each signal, the test would never end.
  constexpr absl::Duration kTimeout = absl::Milliseconds(200);
  if (!HaveSignals()) GTEST_SKIP() << "no signals here";
  const std::unique_ptr<WaitingScene> scene = call().stage(*this);
  const std::unique_ptr<SignalStorm> storm = BeginStorm(kPeriod);
  const Outcome outcome = AttemptUntilFailure(*scene, kTimeout);
  EXPECT_THAT(outcome.status, Fails(IsTimeout));
  EXPECT_GE(outcome.took, kTimeout);
}

}  // namespace
}  // namespace contract
}  // namespace mortise
