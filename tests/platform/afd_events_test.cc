#include "mortise/platform/afd_events.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "mortise/platform/poll_events.h"

namespace mortise {
namespace {

constexpr PollEvents kReadable = PollEvents::kReadable;
constexpr PollEvents kWritable = PollEvents::kWritable;
constexpr PollEvents kBoth = kReadable | kWritable;
constexpr PollEvents kEnded = PollEvents::kEnded;
constexpr PollEvents kFailed = PollEvents::kFailed;
constexpr PollEvents kWishes[] = {kReadable, kWritable, kBoth};

TEST(AfdEventsTest, AReaderWaitsForWhatAReceiveOrAnAcceptTakes) {
  const std::uint32_t mask = AfdMask(kReadable);
  EXPECT_EQ(mask & (kAfdReceive | kAfdAccept | kAfdDisconnect),
            kAfdReceive | kAfdAccept | kAfdDisconnect);
  EXPECT_EQ(mask & kAfdSend, 0u);
}

// A program that does not read would be told of the end again and again.
TEST(AfdEventsTest, AWriterWaitsForRoomOnly) {
  const std::uint32_t mask = AfdMask(kWritable);
  EXPECT_EQ(mask & kAfdSend, kAfdSend);
  EXPECT_EQ(mask & (kAfdReceive | kAfdAccept | kAfdDisconnect), 0u);
}

TEST(AfdEventsTest, BothAreWaitedForTogether) {
  EXPECT_EQ(AfdMask(kBoth), AfdMask(kReadable) | AfdMask(kWritable));
}

TEST(AfdEventsTest, ErrorsAreAlwaysWaitedFor) {
  for (const PollEvents wanted : kWishes) {
    for (const std::uint32_t error :
         {kAfdAbort, kAfdConnectFail, kAfdLocalClose}) {
      EXPECT_EQ(AfdMask(wanted) & error, error) << wanted;
    }
  }
}

TEST(AfdEventsTest, UrgentDataIsNeverWaitedFor) {
  for (const PollEvents wanted : kWishes) {
    EXPECT_EQ(AfdMask(wanted) & kAfdReceiveExpedited, 0u) << wanted;
    EXPECT_EQ(AfdMeaning(kAfdReceiveExpedited, wanted), PollEvents::kNone);
  }
}

TEST(AfdEventsTest, DataAndConnectionsAreReadable) {
  EXPECT_EQ(AfdMeaning(kAfdReceive, kBoth), kReadable);
  EXPECT_EQ(AfdMeaning(kAfdAccept, kBoth), kReadable);
  EXPECT_EQ(AfdMeaning(kAfdSend, kBoth), kWritable);
  EXPECT_EQ(AfdMeaning(kAfdReceive | kAfdSend, kBoth), kBoth);
}

TEST(AfdEventsTest, OnlyWhatWasWanted) {
  EXPECT_EQ(AfdMeaning(kAfdReceive | kAfdSend, kReadable), kReadable);
  EXPECT_EQ(AfdMeaning(kAfdReceive | kAfdSend, kWritable), kWritable);
  EXPECT_EQ(AfdMeaning(kAfdSend, kReadable), PollEvents::kNone);
  EXPECT_EQ(AfdMeaning(kAfdReceive, kWritable), PollEvents::kNone);
  EXPECT_EQ(AfdMeaning(0, kBoth), PollEvents::kNone);
}

// The end is no error, and the other direction lives.
TEST(AfdEventsTest, TheEndIsForTheReader) {
  EXPECT_EQ(AfdMeaning(kAfdDisconnect, kBoth), kReadable | kEnded);
  EXPECT_EQ(AfdMeaning(kAfdDisconnect | kAfdSend, kBoth), kBoth | kEnded);
  EXPECT_EQ(AfdMeaning(kAfdDisconnect | kAfdSend, kWritable), kWritable);
  EXPECT_EQ(AfdMeaning(kAfdDisconnect, kWritable), PollEvents::kNone);
}

TEST(AfdEventsTest, AnErrorIsWhatWasWanted) {
  for (const PollEvents wanted : kWishes) {
    EXPECT_EQ(AfdMeaning(kAfdAbort, wanted), wanted | kEnded | kFailed);
    EXPECT_EQ(AfdMeaning(kAfdConnectFail, wanted), wanted | kFailed);
    EXPECT_EQ(AfdMeaning(kAfdLocalClose, wanted), wanted | kFailed);
  }
}

}  // namespace
}  // namespace mortise
