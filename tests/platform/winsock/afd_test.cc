#include "mortise/platform/winsock/afd.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "gtest/gtest.h"
#include "mortise/platform/afd_events.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/new_descriptor.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

constexpr std::uint32_t kMask = kAfdReceive | kAfdLocalClose;
constexpr DWORD kLong = 600000;

class AfdTest : public ::testing::Test {
 protected:
  AfdTest()
      : port_(CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1)),
        afd_(Afd::Open(port_).value) {
    const HandlePair pair = NewSocketPair(AF_INET, SOCK_STREAM, 0).value;
    ours_ = AsSocket(pair.first);
    theirs_ = AsSocket(pair.second);
  }
  ~AfdTest() override {
    closesocket(ours_);
    closesocket(theirs_);
    afd_.reset();
    CloseHandle(port_);
  }

  void SetUp() override { ASSERT_NE(afd_, nullptr); }

  // Whether the next packet is that of `poll`.
  bool Comes(const AfdPoll& poll, DWORD milliseconds) {
    OVERLAPPED_ENTRY packet;
    ULONG count = 0;
    return GetQueuedCompletionStatusEx(port_, &packet, 1, &count, milliseconds,
                                       FALSE) != 0 &&
           packet.lpOverlapped == &poll.overlapped;
  }

  const HANDLE port_;
  std::unique_ptr<Afd> afd_;
  SOCKET ours_;
  SOCKET theirs_;
};

TEST_F(AfdTest, KnowsTheSocketsOfWinsock) {
  const SysResult<SOCKET> base = BaseSocket(ours_);
  ASSERT_EQ(base.error, 0);
  EXPECT_EQ(afd_->Look(base.value, kAfdSend).value, kAfdSend);
}

TEST_F(AfdTest, KnowsNothingElse) {
  for (const SOCKET other :
       {static_cast<SOCKET>(INVALID_SOCKET), reinterpret_cast<SOCKET>(port_)}) {
    // Wine finds a socket below of whatever it is asked for.
    const int error = BaseSocket(other).error;
    EXPECT_TRUE(error == 0 || error == WSAENOTSOCK) << error;
    EXPECT_EQ(afd_->Look(other, kMask).error, WSAENOTSOCK);
    AfdPoll poll;
    EXPECT_EQ(afd_->Begin(other, kMask, poll).error, WSAENOTSOCK);
    EXPECT_FALSE(Comes(poll, 0));
  }
}

TEST_F(AfdTest, ALookFindsWhatIsReadyAndSendsNoPacket) {
  EXPECT_EQ(afd_->Look(ours_, kMask).value, 0u);
  EXPECT_EQ(afd_->Look(ours_, kMask | kAfdSend).value, kAfdSend);
  AfdPoll poll;
  EXPECT_FALSE(Comes(poll, 0));
}

TEST_F(AfdTest, APollSendsAPacketOnceItIsReady) {
  AfdPoll poll;
  ASSERT_EQ(afd_->Begin(ours_, kMask, poll).error, 0);
  EXPECT_FALSE(Comes(poll, 0));
  ASSERT_EQ(send(theirs_, "x", 1, 0), 1);
  ASSERT_TRUE(Comes(poll, kLong));
  EXPECT_EQ(Afd::Answer(poll).found, kAfdReceive);
  // At once if it is so already.
  ASSERT_EQ(afd_->Begin(ours_, kMask, poll).error, 0);
  ASSERT_TRUE(Comes(poll, kLong));
  EXPECT_FALSE(Comes(poll, 0));
}

TEST_F(AfdTest, ACancelledPollSendsItsPacketToo) {
  AfdPoll poll;
  ASSERT_EQ(afd_->Begin(ours_, kMask, poll).error, 0);
  afd_->Cancel(poll);
  ASSERT_TRUE(Comes(poll, kLong));
  EXPECT_TRUE(Afd::Answer(poll).is_cancelled);
  EXPECT_EQ(Afd::Answer(poll).found, 0u);
  ASSERT_EQ(afd_->Begin(ours_, kMask, poll).error, 0);
  afd_->CancelAll();
  ASSERT_TRUE(Comes(poll, kLong));
  EXPECT_TRUE(Afd::Answer(poll).is_cancelled);
}

TEST_F(AfdTest, ClosingASocketEndsItsPolls) {
  AfdPoll poll;
  ASSERT_EQ(afd_->Begin(ours_, kMask, poll).error, 0);
  closesocket(std::exchange(ours_, INVALID_SOCKET));
  ASSERT_TRUE(Comes(poll, kLong));
  EXPECT_EQ(Afd::Answer(poll).found, kAfdLocalClose);
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
