// There is no call that can fail and that a rule cannot reach.

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/fault/make_call.h"
#include "mortise/tests/platform/fault/stub_platform.h"

namespace mortise {
namespace fault {
namespace {

class EveryCallTest : public testing::TestWithParam<int> {
 protected:
  Call call() const { return static_cast<Call>(GetParam()); }
  // Sleep and Now report no error.
  bool reports_errors() const {
    return call() != Call::kSleep && call() != Call::kNow;
  }

  StubPlatform stub_;
  CallFaults faults_{stub_.platform};
};

TEST_P(EveryCallTest, FailsIfARuleSaysSo) {
  if (!reports_errors()) GTEST_SKIP() << "it reports no error";
  const Rule rule =
      faults_.OnCalls({call()}, CallFault::Fail(ErrorCode::kEnobufs));
  EXPECT_EQ(MakeCall(faults_.platform(), call()),
            stub_.platform.facts().errors.Native(ErrorCode::kEnobufs));
  EXPECT_EQ(rule.hits(), 1);
  EXPECT_NE(MakeCall(faults_.platform(), call()),
            stub_.platform.facts().errors.Native(ErrorCode::kEnobufs))
      << "the rule was for one call";
}

TEST_P(EveryCallTest, FailsIfARuleForAnyCallSaysSo) {
  if (!reports_errors()) GTEST_SKIP() << "it reports no error";
  CallMatch which;
  which.only = [this](const CallArguments& arguments) {
    return arguments.call == call();
  };
  const Rule rule =
      faults_.OnCalls(which, CallFault::Fail(ErrorCode::kEnobufs));
  EXPECT_EQ(MakeCall(faults_.platform(), call()),
            stub_.platform.facts().errors.Native(ErrorCode::kEnobufs));
}

TEST_P(EveryCallTest, IsNotReachedByRulesForOtherCalls) {
  for (int i = 1; i <= kCallCount; ++i) {
    const auto other = static_cast<Call>(i);
    if (other == call()) continue;
    // The calls of a poll set come after the making of one.
    if (other == Call::kNewPollSet) continue;
    faults_.OnCalls({other}, CallFault::Take(absl::Hours(1)), When::Always())
        .Keep();
  }
  const absl::Duration begin = stub_.clock.Now();
  (void)MakeCall(faults_.platform(), call());
  EXPECT_LE(stub_.clock.Now() - begin, absl::Hours(1)) << "Sleep sleeps once";
  if (call() != Call::kSleep) {
    EXPECT_EQ(stub_.clock.Now(), begin);
  }
}

TEST_P(EveryCallTest, CanTakeTime) {
  const Rule rule =
      faults_.OnCalls({call()}, CallFault::Take(absl::Seconds(90)));
  const absl::Duration begin = stub_.clock.Now();
  (void)MakeCall(faults_.platform(), call());
  const absl::Duration took = stub_.clock.Now() - begin;
  EXPECT_EQ(rule.hits(), 1);
  switch (call()) {
    case Call::kSleep:
      EXPECT_EQ(took, absl::Hours(1)) << "the time is a part of the sleep";
      break;
    case Call::kFindAddresses:
    case Call::kBeginFindAddresses:
    case Call::kFindName:
    case Call::kFindHostByName:
    case Call::kFindHostByAddress:
      EXPECT_EQ(took, absl::ZeroDuration()) << "no look-up outlasts its limit";
      break;
    default:
      EXPECT_EQ(took, absl::Seconds(90));
  }
}

TEST_P(EveryCallTest, HasANameOfItsOwn) {
  EXPECT_NE(CallName(call()), "");
  for (int i = 0; i < GetParam(); ++i) {
    EXPECT_NE(CallName(call()), CallName(static_cast<Call>(i)));
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryCallTest, testing::Range(1, kCallCount + 1));

TEST(SleepTest, EndsAtOnceIfItFails) {
  StubPlatform stub;
  CallFaults faults(stub.platform);
  const Rule rule =
      faults.OnCalls({Call::kSleep}, CallFault::Fail(ErrorCode::kEintr));
  faults.platform().readiness().Sleep(absl::Hours(1));
  EXPECT_EQ(rule.hits(), 1);
  EXPECT_EQ(stub.readiness.sleeps, 0);
}

// The calls that neither fail nor take time.
bool CannotFail(const std::string& call) {
  return call == "Socket IsHandle" || call == "File IsHandle" ||
         call == "Readiness MarkProcess" || call == "Error Text" ||
         call == "Error Name";
}

TEST(CallTest, TheListHasEveryMethodThatCanFail) {
  std::set<std::string> methods;
#define MORTISE_CALL(name, Method)                 \
  if (!CannotFail(#name " " #Method)) {            \
    EXPECT_TRUE(methods.insert(#Method).second)    \
        << #Method << " is a method of two parts"; \
  }
#define MORTISE_UNMOCKED_CALL MORTISE_CALL
#include "mortise/tests/platform/every_call.inc"
#undef MORTISE_UNMOCKED_CALL
#undef MORTISE_CALL
  for (const char* method : {"Add", "Change", "Remove", "Wait"}) {
    methods.insert(absl::StrCat("PollSet::", method));
  }
  std::set<std::string> calls;
  for (int i = 1; i <= kCallCount; ++i) {
    calls.insert(std::string(CallName(static_cast<Call>(i))));
  }
  EXPECT_EQ(calls, methods);
}

TEST(CallTest, PrintsItsName) {
  EXPECT_EQ(testing::PrintToString(Call::kPollSetWait), "PollSet::Wait");
  EXPECT_EQ(testing::PrintToString(static_cast<Call>(200)), "Call(200)");
}

}  // namespace
}  // namespace fault
}  // namespace mortise
