// Faults of poll sets, over a set that notes what it is told.

#include "mortise/platform/poll_set.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/fault/stub_platform.h"

namespace mortise {
namespace fault {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PollSetTest : public testing::Test {
 protected:
  PollSetTest() : set_(faults_.platform().readiness().NewPollSet().value) {}

  PollWish Wish(int handle, PollMode mode = PollMode::kLevel) {
    return {NativeHandle(handle), PollEvents::kReadable, mode,
            &cookies_[handle]};
  }
  void* Cookie(int handle) { return &cookies_[handle]; }

  // Returns the cookies that a Wait reports, which does not fail.
  std::vector<void*> Wait(std::size_t room = 8,
                          absl::Duration timeout = absl::Hours(1)) {
    std::vector<PollReady> ready(room);
    const SysResult<std::size_t> found =
        set_->Wait(absl::MakeSpan(ready), timeout);
    EXPECT_EQ(found.error, 0);
    std::vector<void*> cookies;
    for (std::size_t i = 0; i < found.value; ++i) {
      cookies.push_back(ready[i].cookie);
    }
    return cookies;
  }

  int cookies_[16] = {};
  StubPlatform stub_;
  StubPollSet::Log& log_ = stub_.readiness.poll_log;
  CallFaults faults_{stub_.platform};
  std::unique_ptr<PollSet> set_;
};

TEST_F(PollSetTest, ReportsFalselyWhatIsInTheSet) {
  faults_.OnCalls({Call::kPollSetWait}, CallFault::FalseReady(), When::Always())
      .Keep();
  EXPECT_THAT(Wait(), IsEmpty()) << "nothing is in the set";
  ASSERT_TRUE(set_->Add(Wish(5)).ok());
  ASSERT_TRUE(set_->Add(Wish(3)).ok());
  EXPECT_THAT(Wait(), ElementsAre(Cookie(3)));
  ASSERT_TRUE(set_->Remove(NativeHandle(3)).ok());
  EXPECT_THAT(Wait(), ElementsAre(Cookie(5))) << "3 has left";
  EXPECT_EQ(log_.room, 0u) << "nobody has looked";
}

TEST_F(PollSetTest, ReportsFalselyTheHandleOfTheRule) {
  const Rule rule = faults_.OnCalls({Call::kPollSetWait, NativeHandle(5)},
                                    CallFault::FalseReady(), When::Always());
  ASSERT_TRUE(set_->Add(Wish(3)).ok());
  EXPECT_THAT(Wait(), IsEmpty());
  EXPECT_EQ(rule.hits(), 0) << "5 is not in the set";
  ASSERT_TRUE(set_->Add(Wish(5)).ok());
  EXPECT_THAT(Wait(), ElementsAre(Cookie(5)));
}

TEST_F(PollSetTest, AFalseReportCountsAsTheOneOfAOneShotWish) {
  ASSERT_TRUE(set_->Add(Wish(3, PollMode::kOneShot)).ok());
  {
    const Rule rule = faults_.OnCalls({Call::kPollSetWait},
                                      CallFault::FalseReady(), When::Always());
    EXPECT_THAT(Wait(), ElementsAre(Cookie(3)));
    EXPECT_THAT(Wait(), IsEmpty()) << "it has been reported";
  }
  log_.ready = {{Cookie(3), PollEvents::kReadable}};
  EXPECT_THAT(Wait(), IsEmpty()) << "it has been reported, if falsely";
  ASSERT_TRUE(set_->Change(Wish(3, PollMode::kOneShot)).ok());
  EXPECT_THAT(log_.changed, SizeIs(1)) << "the set behind was told";
  log_.ready = {{Cookie(3), PollEvents::kReadable}};
  EXPECT_THAT(Wait(), ElementsAre(Cookie(3))) << "it has been set again";
}

TEST_F(PollSetTest, AOneShotWishThatWasReportedIsNotReportedFalsely) {
  ASSERT_TRUE(set_->Add(Wish(3, PollMode::kOneShot)).ok());
  log_.ready = {{Cookie(3), PollEvents::kReadable}};
  EXPECT_THAT(Wait(), ElementsAre(Cookie(3)));
  const Rule rule = faults_.OnCalls({Call::kPollSetWait},
                                    CallFault::FalseReady(), When::Always());
  EXPECT_THAT(Wait(), IsEmpty());
  {
    const Rule fails = faults_.OnCalls(
        {Call::kPollSetChange}, CallFault::FailAfter(ErrorCode::kEnobufs));
    EXPECT_FALSE(set_->Change(Wish(3, PollMode::kOneShot)).ok());
  }
  EXPECT_THAT(Wait(), IsEmpty()) << "a change that was taken back sets nothing";
  ASSERT_TRUE(set_->Change(Wish(3, PollMode::kOneShot)).ok());
  EXPECT_THAT(Wait(), ElementsAre(Cookie(3)));
}

TEST_F(PollSetTest, ACutWaitReportsFewer) {
  const Rule rule = faults_.OnCalls({Call::kPollSetWait}, CallFault::Cut(2));
  log_.ready = {{Cookie(1), PollEvents::kReadable},
                {Cookie(2), PollEvents::kReadable},
                {Cookie(3), PollEvents::kReadable}};
  EXPECT_THAT(Wait(), ElementsAre(Cookie(1), Cookie(2)));
  EXPECT_THAT(Wait(), ElementsAre(Cookie(3)));
}

TEST_F(PollSetTest, TheTimeThatAWaitTakesIsAPartOfItsTimeout) {
  const Rule rule =
      faults_.OnCalls({Call::kPollSetWait}, CallFault::Take(absl::Seconds(2)));
  EXPECT_THAT(Wait(8, absl::Seconds(5)), IsEmpty());
  EXPECT_EQ(log_.timeout, absl::Seconds(3));
}

TEST_F(PollSetTest, AWaitThatFailsAfterwardsLosesNothing) {
  ASSERT_TRUE(set_->Add(Wish(3, PollMode::kOneShot)).ok());
  ASSERT_TRUE(set_->Add(Wish(4)).ok());
  const Rule rule = faults_.OnCalls({Call::kPollSetWait},
                                    CallFault::FailAfter(ErrorCode::kEintr));
  log_.ready = {{nullptr, PollEvents::kNone},
                {Cookie(3), PollEvents::kReadable},
                {Cookie(4), PollEvents::kReadable}};
  PollReady ready[8];
  EXPECT_EQ(set_->Wait(absl::MakeSpan(ready), absl::Hours(1)).error,
            stub_.platform.facts().errors.Native(ErrorCode::kEintr));
  EXPECT_EQ(log_.wakes, 1) << "the Wake comes again";
  ASSERT_THAT(log_.changed, SizeIs(1)) << "a level comes again by itself";
  EXPECT_EQ(log_.changed[0].cookie, Cookie(3)) << "the wish is set again";
}

TEST_F(PollSetTest, AFalseReportThatFailsAfterwardsLosesNothing) {
  ASSERT_TRUE(set_->Add(Wish(3, PollMode::kOneShot)).ok());
  const Rule ready =
      faults_.OnCalls({Call::kPollSetWait}, CallFault::FalseReady());
  const Rule fails = faults_.OnCalls({Call::kPollSetWait},
                                     CallFault::FailAfter(ErrorCode::kEintr));
  PollReady room[8];
  EXPECT_FALSE(set_->Wait(absl::MakeSpan(room), absl::Hours(1)).ok());
  log_.ready = {{Cookie(3), PollEvents::kReadable}};
  EXPECT_THAT(Wait(), ElementsAre(Cookie(3))) << "it was not reported before";
}

TEST_F(PollSetTest, AnAddThatFailsAfterwardsIsTakenBack) {
  const Rule rule = faults_.OnCalls({Call::kPollSetAdd},
                                    CallFault::FailAfter(ErrorCode::kEnobufs));
  EXPECT_FALSE(set_->Add(Wish(3)).ok());
  EXPECT_THAT(log_.added, SizeIs(1));
  EXPECT_THAT(log_.removed, ElementsAre(NativeHandle(3)));
}

TEST_F(PollSetTest, AChangeThatFailsAfterwardsIsTakenBack) {
  ASSERT_TRUE(set_->Add(Wish(3)).ok());
  PollWish other = Wish(3);
  other.cookie = Cookie(4);
  {
    const Rule rule = faults_.OnCalls(
        {Call::kPollSetChange}, CallFault::FailAfter(ErrorCode::kEnobufs));
    EXPECT_FALSE(set_->Change(other).ok());
  }
  ASSERT_THAT(log_.changed, SizeIs(2));
  EXPECT_EQ(log_.changed[0].cookie, Cookie(4));
  EXPECT_EQ(log_.changed[1].cookie, Cookie(3));
  const Rule rule =
      faults_.OnCalls({Call::kPollSetWait}, CallFault::FalseReady());
  EXPECT_THAT(Wait(), ElementsAre(Cookie(3)));
}

TEST_F(PollSetTest, ASetThatFailsAfterwardsIsGone) {
  const Rule rule = faults_.OnCalls({Call::kNewPollSet},
                                    CallFault::FailAfter(ErrorCode::kEmfile));
  const SysResult<std::unique_ptr<PollSet>> made =
      faults_.platform().readiness().NewPollSet();
  EXPECT_EQ(made.value, nullptr);
  EXPECT_EQ(made.error,
            stub_.platform.facts().errors.Native(ErrorCode::kEmfile));
  EXPECT_EQ(log_.alive, 1) << "only the set of the test";
}

}  // namespace
}  // namespace fault
}  // namespace mortise
