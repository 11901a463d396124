// Rules that CallFaults refuses, and why.

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/tests/platform/fault/stub_platform.h"

namespace mortise {
namespace fault {
namespace {

using ::testing::HasSubstr;

class RefusedRuleTest : public testing::Test {
 protected:
  StubPlatform stub_;
  CallFaults faults_{stub_.platform};
};

std::string Refused(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

TEST_F(RefusedRuleTest, RefusesWhatCannotHappenAndSaysWhy) {
  EXPECT_EQ(Refused(faults_.Check({Call::kGetSockName}, CallFault::Cut(1))),
            "fault: Cut(1): GetSockName cannot fail like this");
  EXPECT_EQ(Refused(faults_.Check({Call::kRecv}, CallFault::Cut(0))),
            "fault: Cut(0): most must be 1 or more");
  EXPECT_EQ(
      Refused(faults_.Check({Call::kRecv}, CallFault::Take(-absl::Seconds(1)))),
      "fault: Take(-1s): time must be finite and not negative");
  EXPECT_THAT(Refused(faults_.Check({Call::kRecv},
                                    CallFault::Take(absl::InfiniteDuration()))),
              HasSubstr("time must be finite"));
  EXPECT_EQ(Refused(faults_.Check({Call::kAny, {}, 65536},
                                  CallFault::Fail(ErrorCode::kEacces))),
            "which: port: 65536 is not between 0 and 65535");
  EXPECT_EQ(Refused(faults_.Check({static_cast<Call>(200)},
                                  CallFault::Fail(ErrorCode::kEacces))),
            "which: call: 200 is no enumerator");
  EXPECT_EQ(Refused(faults_.Check({Call::kAccept},
                                  CallFault::Fail(ErrorCode::kEaiAgain))),
            "fault: Fail(EAI_AGAIN): Accept cannot fail like this");
  EXPECT_EQ(
      Refused(faults_.Check({Call::kNow}, CallFault::Fail(ErrorCode::kEacces))),
      "fault: Fail(EACCES): Now cannot fail like this");
  EXPECT_EQ(Refused(faults_.Check({Call::kRecv},
                                  CallFault::Fail(ErrorCode::kUnmapped))),
            "fault: Fail(): Recv cannot fail like this");
  EXPECT_THAT(Refused(faults_.Check({Call::kListen}, CallFault::WouldBlock())),
              HasSubstr("Listen"));
  EXPECT_THAT(Refused(faults_.Check({Call::kRecv}, CallFault::FalseReady())),
              HasSubstr("Recv"));
  EXPECT_THAT(
      Refused(faults_.Check({Call::kListen},
                            CallFault::Fail(ErrorCode::kEacces), When::Nth(0))),
      HasSubstr("n must be"));
}

TEST_F(RefusedRuleTest, RefusesToSayAfterwardsThatNothingWasDone) {
  for (const ErrorCode code :
       {ErrorCode::kEagain, ErrorCode::kEintr, ErrorCode::kUnsupported}) {
    EXPECT_FALSE(faults_.Check({Call::kSend}, CallFault::FailAfter(code)).ok());
    EXPECT_TRUE(faults_.Check({Call::kSend}, CallFault::Fail(code)).ok());
  }
  EXPECT_TRUE(
      faults_.Check({Call::kConnect}, CallFault::FailAfter(ErrorCode::kEintr))
          .ok());
  EXPECT_FALSE(
      faults_.Check({Call::kConnect}, CallFault::Fail(ErrorCode::kEinprogress))
          .ok());
}

TEST_F(RefusedRuleTest, RefusesACodeThatThePlatformLacks) {
  const ErrorMapping only[] = {{5, ErrorCode::kEio}};
  SystemFacts facts = stub_.platform.facts();
  facts.errors.os = only;
  StubPlatform small(facts);
  const CallFaults faults(small.platform);
  EXPECT_TRUE(
      faults.Check({Call::kRecv}, CallFault::Fail(ErrorCode::kEio)).ok());
  EXPECT_EQ(Refused(faults.Check({Call::kRecv},
                                 CallFault::Fail(ErrorCode::kEconnreset))),
            "fault: Fail(ECONNRESET): the platform has no number for "
            "ECONNRESET");
}

TEST_F(RefusedRuleTest, EndsTheProcessIfARuleIsRefused) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH_IF_SUPPORTED(
      (void)faults_.OnCalls({Call::kRecv}, CallFault::Cut(0)),
      "OnCalls: .*most must be 1 or more");
}

}  // namespace
}  // namespace fault
}  // namespace mortise
