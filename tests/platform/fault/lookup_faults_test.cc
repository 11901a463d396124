// Faults of look-ups, over a platform that lacks them.

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/fault/stub_platform.h"

namespace mortise {
namespace fault {
namespace {

class LookupFaultsTest : public testing::Test {
 protected:
  ErrorCode CodeOf(int error) const {
    return stub_.platform.facts().errors.Code(ErrorDomain::kOs, error);
  }

  StubPlatform stub_;
  CallFaults faults_{stub_.platform};
};

TEST_F(LookupFaultsTest, LookupsFailWithNumbersOfTheirOwnDomain) {
  const ErrorTable& errors = stub_.platform.facts().errors;
  NameCalls& names = faults_.platform().names();
  const Rule addresses = faults_.OnCalls({Call::kFindAddresses},
                                         CallFault::Fail(ErrorCode::kEaiAgain));
  const FoundAddresses found = names.FindAddresses({}, absl::ZeroDuration());
  EXPECT_EQ(found.domain, ErrorDomain::kGetAddrInfo);
  EXPECT_EQ(errors.Code(ErrorDomain::kGetAddrInfo, found.error),
            ErrorCode::kEaiAgain);
  const Rule host = faults_.OnCalls({Call::kFindHostByName},
                                    CallFault::Fail(ErrorCode::kTryAgain));
  const LookupResult<HostEntry> entry =
      names.FindHostByName("host", absl::ZeroDuration());
  EXPECT_EQ(entry.domain, ErrorDomain::kHostLookup);
  EXPECT_EQ(errors.Code(ErrorDomain::kHostLookup, entry.error),
            ErrorCode::kTryAgain);
  const Rule system =
      faults_.OnCalls({Call::kFindName}, CallFault::Fail(ErrorCode::kEnobufs));
  const LookupResult<NameInfo> name =
      names.FindName({}, 0, absl::ZeroDuration());
  EXPECT_EQ(name.domain, ErrorDomain::kOs);
  EXPECT_EQ(CodeOf(name.error), ErrorCode::kEnobufs);
  const Rule thread =
      faults_.OnCalls({Call::kFindName}, CallFault::Fail(ErrorCode::kNoThread));
  EXPECT_TRUE(names.FindName({}, 0, absl::ZeroDuration()).no_thread);
}

TEST_F(LookupFaultsTest, ABegunLookupThatFailsTellsSoOnce) {
  const Rule rule = faults_.OnCalls({Call::kBeginFindAddresses},
                                    CallFault::Fail(ErrorCode::kEaiFail));
  int done = 0;
  const auto begun = faults_.platform().names().BeginFindAddresses(
      {}, absl::Seconds(1), [&done] { ++done; });
  EXPECT_EQ(done, 1);
  EXPECT_EQ(begun->Take().domain, ErrorDomain::kGetAddrInfo);
}

TEST_F(LookupFaultsTest, TheTimeOfALookupIsAPartOfItsLimit) {
  faults_
      .OnCalls({Call::kFindAddresses}, CallFault::Take(absl::Seconds(5)),
               When::Always())
      .Keep();
  NameCalls& names = faults_.platform().names();
  const absl::Duration begin = stub_.clock.Now();
  const FoundAddresses late = names.FindAddresses({}, absl::Seconds(2));
  EXPECT_TRUE(late.timed_out);
  EXPECT_EQ(stub_.clock.Now() - begin, absl::Seconds(2));
  EXPECT_EQ(names.FindAddresses({}, absl::Seconds(6)).error, kNotSupportedError)
      << "the platform behind it was asked";
}

}  // namespace
}  // namespace fault
}  // namespace mortise
