// What a Poller makes of the answers of its poll set.

#include "mortise/core/poller.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::ByMove;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::InSequence;
using ::testing::IsEmpty;
using ::testing::Return;
using ::testing::StrictMock;

constexpr PollEvents kReadable = PollEvents::kReadable;
constexpr PollEvents kWritable = PollEvents::kWritable;
constexpr PollEvents kBoth = kReadable | kWritable;
constexpr SysResult<void> kDone = {};

class PollerTest : public testing::Test {
 protected:
  PollerTest() {
    auto set = std::make_unique<StrictMock<MockPollSet>>();
    set_ = set.get();
    EXPECT_CALL(mock_.readiness, NewPollSet)
        .WillOnce(Return(
            ByMove(SysResult<std::unique_ptr<PollSet>>{std::move(set), 0})));
    absl::StatusOr<Poller> poller = Poller::Create(&mock_.platform);
    EXPECT_TRUE(poller.ok()) << poller.status();
    poller_ = std::make_unique<Poller>(*std::move(poller));
  }

  // Registers the handle `number` with the key `number`.
  void Register(int number, PollEvents events = kBoth,
                PollMode mode = PollMode::kLevel) {
    EXPECT_CALL(*set_, Add(Field(&PollWish::handle, NativeHandle(number))))
        .WillOnce([this, number](const PollWish& wish) {
          cookies_[number] = wish.cookie;
          return kDone;
        });
    EXPECT_TRUE(
        poller_->Register(NativeHandle(number), events, number, mode).ok());
  }

  PollReady Ready(int number, PollEvents events) {
    return {cookies_.at(number), events};
  }
  static PollReady Woken() { return {}; }

  // The next wait of the set finds `ready`.
  void ExpectWait(const std::vector<PollReady>& ready,
                  absl::Duration timeout = absl::InfiniteDuration()) {
    EXPECT_CALL(*set_, Wait(_, timeout))
        .WillOnce(
            [this, ready, timeout](absl::Span<PollReady> room, absl::Duration) {
              EXPECT_GE(room.size(), ready.size());
              std::copy(ready.begin(), ready.end(), room.begin());
              if (ready.empty()) mock_.clock.Advance(timeout);
              return SysResult<std::size_t>{ready.size(), 0};
            })
        .RetiresOnSaturation();
  }

  // Waits, and returns what was ready, by key.
  std::map<std::uint64_t, PollEvents> Wait(
      absl::Duration timeout = absl::InfiniteDuration()) {
    const absl::Status status = poller_->Wait(timeout, &result_);
    EXPECT_TRUE(status.ok()) << status;
    std::map<std::uint64_t, PollEvents> found;
    for (const PollEvent& event : result_) {
      EXPECT_TRUE(found.emplace(event.key, event.events).second);
    }
    return found;
  }

  // Expects that a wait in which the set finds `ready` goes on to its end.
  void ExpectNotReported(const PollReady& ready) {
    constexpr absl::Duration kTimeout = absl::Seconds(1);
    InSequence order;
    ExpectWait({ready}, kTimeout);
    ExpectWait({}, kTimeout);
    EXPECT_THAT(Wait(kTimeout), IsEmpty());
  }

  MockPlatform mock_;
  StrictMock<MockPollSet>* set_;
  std::unique_ptr<Poller> poller_;
  std::map<int, void*> cookies_;
  PollResult result_;
};

TEST_F(PollerTest, HalvesBecomeOneEvent) {
  Register(7);
  Register(8);
  ExpectWait({Ready(7, kReadable), Ready(8, kReadable | PollEvents::kEnded),
              Ready(7, kWritable), Woken()});
  EXPECT_THAT(Wait(),
              ElementsAre(std::make_pair(7u, kBoth),
                          std::make_pair(8u, kReadable | PollEvents::kEnded)));
  // The set was woken, but not by Wake.
  EXPECT_FALSE(result_.woken());
  EXPECT_CALL(*set_, Wake);
  poller_->Wake();
  ExpectWait({Woken()});
  EXPECT_THAT(Wait(), IsEmpty());
  EXPECT_TRUE(result_.woken());
}

TEST_F(PollerTest, OnlyWhatIsWantedIsReported) {
  Register(7, kReadable);
  // What was not wanted is not the end of the wait.
  InSequence order;
  ExpectWait({Ready(7, kWritable | PollEvents::kFailed)});
  ExpectWait({Ready(7, kBoth | PollEvents::kFailed)});
  EXPECT_THAT(Wait(),
              ElementsAre(std::make_pair(7u, kReadable | PollEvents::kFailed)));
}

TEST_F(PollerTest, WhatLeavesDuringTheWaitIsNotReported) {
  Register(7);
  Register(8);
  EXPECT_CALL(*set_, Remove(NativeHandle(7))).WillOnce(Return(kDone));
  EXPECT_CALL(*set_, Wait)
      .WillOnce([this](absl::Span<PollReady> room, absl::Duration) {
        room[0] = Ready(7, kReadable);
        EXPECT_TRUE(poller_->Unregister(NativeHandle(7)).ok());
        return Made<std::size_t>(1);
      })
      // It is not the end of the wait either.
      .WillOnce([this](absl::Span<PollReady> room, absl::Duration) {
        room[0] = Ready(7, kReadable);
        room[1] = Ready(8, kReadable);
        return Made<std::size_t>(2);
      });
  EXPECT_THAT(Wait(), ElementsAre(std::make_pair(8u, kReadable)));
}

TEST_F(PollerTest, WhatIsPausedDuringTheWaitIsNotReported) {
  Register(7);
  EXPECT_CALL(*set_, Remove(NativeHandle(7))).WillOnce(Return(kDone));
  EXPECT_CALL(*set_, Wait)
      .WillOnce([this](absl::Span<PollReady> room, absl::Duration) {
        room[0] = Ready(7, kReadable);
        EXPECT_TRUE(poller_->Modify(NativeHandle(7), PollEvents::kNone).ok());
        return Made<std::size_t>(1);
      })
      .WillOnce([this](absl::Span<PollReady>, absl::Duration timeout) {
        mock_.clock.Advance(timeout);
        return Made<std::size_t>(0);
      });
  EXPECT_THAT(Wait(absl::Seconds(5)), IsEmpty());
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(5));
}

TEST_F(PollerTest, NoInterestIsNotInTheSet) {
  ASSERT_TRUE(poller_->Register(NativeHandle(7), PollEvents::kNone, 7).ok());
  EXPECT_CALL(*set_, Add).WillOnce(Return(kDone));
  ASSERT_TRUE(poller_->Modify(NativeHandle(7), kReadable).ok());
  EXPECT_CALL(*set_, Change).WillOnce(Return(kDone));
  ASSERT_TRUE(poller_->Modify(NativeHandle(7), kBoth).ok());
  EXPECT_CALL(*set_, Remove(NativeHandle(7))).WillOnce(Return(kDone));
  ASSERT_TRUE(poller_->Modify(NativeHandle(7), PollEvents::kNone).ok());
  ASSERT_TRUE(poller_->Modify(NativeHandle(7), PollEvents::kNone).ok());
  ASSERT_TRUE(poller_->Unregister(NativeHandle(7)).ok());
}

TEST_F(PollerTest, AnInterruptedWaitGoesOnForTheRest) {
  InSequence order;
  EXPECT_CALL(*set_, Wait(_, absl::Seconds(10)))
      .WillOnce([this](absl::Span<PollReady>, absl::Duration) {
        mock_.clock.Advance(absl::Seconds(4));
        return Failed<std::size_t>(ErrorCode::kEintr);
      });
  // It ends early without a reason.
  EXPECT_CALL(*set_, Wait(_, absl::Seconds(6)))
      .WillOnce([this](absl::Span<PollReady>, absl::Duration) {
        mock_.clock.Advance(absl::Seconds(5));
        return Made<std::size_t>(0);
      });
  ExpectWait({}, absl::Seconds(1));
  EXPECT_THAT(Wait(absl::Seconds(10)), IsEmpty());
  EXPECT_EQ(mock_.clock.elapsed(), absl::Seconds(10));
}

TEST_F(PollerTest, ZeroLooksOnce) {
  EXPECT_CALL(*set_, Wait(_, absl::ZeroDuration()))
      .WillOnce(Return(Made<std::size_t>(0)));
  EXPECT_THAT(Wait(absl::ZeroDuration()), IsEmpty());
}

// A poll set whose changes another thread makes while this one is in a wait
// that already has the event of the change.
TEST_F(PollerTest, AChangeOfAOneShotWishDuringTheWaitLosesNothing) {
  Register(7, kReadable, PollMode::kOneShot);
  absl::Notification changing;
  absl::Notification waiting;
  EXPECT_CALL(*set_, Change).WillOnce([&](const PollWish&) {
    changing.Notify();
    // The wait has the event before the change has ended.
    waiting.WaitForNotification();
    // Lets that thread come to the event. If it does not, the result is the
    // same.
    absl::SleepFor(absl::Milliseconds(10));
    return kDone;
  });
  EXPECT_CALL(*set_, Wait).WillOnce([&](absl::Span<PollReady> room, auto) {
    changing.WaitForNotification();
    room[0] = Ready(7, kWritable);
    waiting.Notify();
    return Made<std::size_t>(1);
  });
  std::thread changer(
      [&] { EXPECT_TRUE(poller_->Modify(NativeHandle(7), kWritable).ok()); });
  EXPECT_THAT(Wait(), ElementsAre(std::make_pair(7u, kWritable)));
  changer.join();
}

TEST_F(PollerTest, AOneShotWishIsReportedOnceForEachModify) {
  Register(7, kBoth, PollMode::kOneShot);
  // Two halves of one Wait are one report.
  ExpectWait({Ready(7, kReadable), Ready(7, kWritable)});
  EXPECT_THAT(Wait(), ElementsAre(std::make_pair(7u, kBoth)));
  // The set had set the wish again before it saw the first report.
  ExpectNotReported(Ready(7, kReadable));
}

TEST_F(PollerTest, AHandleThatTheSetCannotRemoveIsNeverReportedAgain) {
  Register(7);
  // Its owner has closed it too early, and a duplicate lives.
  EXPECT_CALL(*set_, Remove).WillOnce(Return(Failed(ErrorCode::kEbadf)));
  EXPECT_TRUE(poller_->Unregister(NativeHandle(7)).ok());
  for (int i = 0; i < 3; ++i) ExpectNotReported(Ready(7, kReadable));
}

TEST_F(PollerTest, WhatFillsTheRoomForNothingHidesNothing) {
  Register(7, kReadable);
  Register(8, kReadable);
  result_ = PollResult(1);
  InSequence order;
  // The only entry is what nobody wants. Behind it there is something.
  ExpectWait({Ready(7, kWritable)}, absl::ZeroDuration());
  ExpectWait({Ready(8, kReadable)}, absl::ZeroDuration());
  EXPECT_THAT(Wait(absl::ZeroDuration()),
              ElementsAre(std::make_pair(8u, kReadable)));
}

// A set that has more than it may report at once goes round.
TEST_F(PollerTest, AResultIsFilledBeyondWhatTheSetReportsAtOnce) {
  constexpr int kAtOnce = static_cast<int>(PollSet::kMostAtOnce);
  constexpr int kAll = kAtOnce + 100;
  for (int i = 1; i <= kAll; ++i) Register(i, kReadable);
  const auto from = [this](int first) {
    std::vector<PollReady> ready;
    for (int i = 0; i < kAtOnce; ++i) {
      ready.push_back(Ready(1 + (first - 1 + i) % kAll, kReadable));
    }
    return ready;
  };
  result_ = PollResult(2 * kAll);
  InSequence order;
  ExpectWait(from(1));
  ExpectWait(from(1 + kAtOnce), absl::ZeroDuration());
  ExpectWait(from(1 + 2 * kAtOnce - kAll), absl::ZeroDuration());
  EXPECT_EQ(Wait().size(), static_cast<std::size_t>(kAll));
}

TEST_F(PollerTest, WhatFillsTheSetsReportForNothingHidesNothing) {
  Register(7, kReadable);
  Register(8, kReadable);
  InSequence order;
  result_ = PollResult(2 * PollSet::kMostAtOnce);
  ExpectWait(std::vector<PollReady>(PollSet::kMostAtOnce, Ready(7, kWritable)),
             absl::ZeroDuration());
  ExpectWait({Ready(8, kReadable)}, absl::ZeroDuration());
  EXPECT_THAT(Wait(absl::ZeroDuration()),
              ElementsAre(std::make_pair(8u, kReadable)));
}

TEST_F(PollerTest, AResultThatWasMovedFromIsEmptyAndOfUse) {
  Register(7);
  ExpectWait({Ready(7, kReadable)});
  EXPECT_THAT(Wait(), ElementsAre(std::make_pair(7u, kReadable)));
  const PollResult moved = std::move(result_);
  EXPECT_FALSE(moved.empty());
  EXPECT_TRUE(result_.empty());
  ExpectWait({Ready(7, kWritable)});
  EXPECT_THAT(Wait(), ElementsAre(std::make_pair(7u, kWritable)));
}

TEST_F(PollerTest, ErrorsOfTheSetAreReported) {
  EXPECT_CALL(*set_, Wait)
      .WillOnce(Return(Failed<std::size_t>(ErrorCode::kEnomem)));
  EXPECT_EQ(poller_->Wait(absl::Seconds(1), &result_).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_CALL(*set_, Add).WillOnce(Return(Failed(ErrorCode::kEnomem)));
  EXPECT_EQ(poller_->Register(NativeHandle(7), kBoth, 7).code(),
            absl::StatusCode::kResourceExhausted);
  // It is not half registered.
  EXPECT_EQ(poller_->size(), 0u);
  Register(7);
  // A change that failed has changed nothing.
  EXPECT_CALL(*set_, Change).WillOnce(Return(Failed(ErrorCode::kEnomem)));
  EXPECT_FALSE(poller_->Modify(NativeHandle(7), kReadable).ok());
  ExpectWait({Ready(7, kWritable)});
  EXPECT_THAT(Wait(), ElementsAre(std::make_pair(7u, kWritable)));
}

TEST_F(PollerTest, AFileIsUnsupported) {
  EXPECT_CALL(*set_, Add).WillOnce(Return(SysResult<void>{kNotSupportedError}));
  EXPECT_EQ(poller_->Register(NativeHandle(7), kBoth, 7).code(),
            absl::StatusCode::kUnimplemented);
}

TEST_F(PollerTest, ASocketThatIsRefusedIsInNoPoller) {
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(7)));
  Socket socket =
      Socket::Adopt(NativeHandle(7), kAfInet, kSockStream, 0, &mock_.platform)
          .value();
  EXPECT_CALL(*set_, Add)
      .WillOnce(Return(Failed(ErrorCode::kEnomem)))
      .WillOnce(Return(kDone));
  EXPECT_FALSE(poller_->Register(socket, kBoth, 7).ok());
  EXPECT_TRUE(poller_->Register(socket, kBoth, 7).ok());
  // Its destructor takes it out before it closes it.
  EXPECT_CALL(*set_, Remove(NativeHandle(7))).WillOnce(Return(kDone));
}

TEST_F(PollerTest, ASocketOfAnotherPlatformIsRefused) {
  MockPlatform other;
  EXPECT_CALL(other.sockets, Close(NativeHandle(7)));
  Socket socket =
      Socket::Adopt(NativeHandle(7), kAfInet, kSockStream, 0, &other.platform)
          .value();
  const absl::Status status = poller_->Register(socket, kBoth, 7);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("platform"));
}

TEST_F(PollerTest, AHandleOfASocketIsTheSockets) {
  EXPECT_CALL(mock_.sockets, Close(NativeHandle(7)));
  Socket socket =
      Socket::Adopt(NativeHandle(7), kAfInet, kSockStream, 0, &mock_.platform)
          .value();
  ASSERT_TRUE(poller_->Register(socket, PollEvents::kNone, 7).ok());
  EXPECT_EQ(poller_->Unregister(NativeHandle(7)).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(poller_->Modify(NativeHandle(7), kBoth).code(),
            absl::StatusCode::kNotFound);
  EXPECT_TRUE(poller_->Unregister(socket).ok());
}

TEST(PollerCreateTest, APlatformWithoutPollSets) {
  MockPlatform mock;
  EXPECT_CALL(mock.readiness, NewPollSet)
      .WillOnce(Return(ByMove(
          SysResult<std::unique_ptr<PollSet>>{nullptr, kNotSupportedError})));
  EXPECT_EQ(Poller::Create(&mock.platform).status().code(),
            absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace mortise
