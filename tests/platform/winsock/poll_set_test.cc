// The poll set of the driver beneath Winsock: what the tests of all sets do not
// see.

#include "mortise/platform/winsock/poll_set.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/new_descriptor.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

// Two sockets that are connected to each other.
class Pair {
 public:
  Pair() : ends_(NewSocketPair(AF_INET, SOCK_STREAM, 0).value) {}
  ~Pair() {
    CloseOurs();
    closesocket(AsSocket(ends_.second));
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  NativeHandle ours() const { return ends_.first; }
  void Send() const { EXPECT_EQ(send(AsSocket(ends_.second), "x", 1, 0), 1); }
  void Receive() const {
    char byte;
    EXPECT_EQ(recv(AsSocket(ends_.first), &byte, 1, 0), 1);
  }
  void CloseOurs() {
    if (!is_closed_) closesocket(AsSocket(ends_.first));
    is_closed_ = true;
  }

 private:
  HandlePair ends_;
  bool is_closed_ = false;
};

class WinsockPollSetTest : public ::testing::Test {
 protected:
  void SetUp() override { set_ = MustMake(); }

  static std::unique_ptr<PollSet> MustMake() {
    SysResult<std::unique_ptr<PollSet>> made = NewSystemPollSet();
    EXPECT_EQ(made.error, 0);
    return std::move(made.value);
  }

  PollWish Wish(const Pair& pair, std::size_t number = 0,
                PollEvents events = PollEvents::kReadable) {
    return {pair.ours(), events, PollMode::kLevel, &cookies_[number]};
  }

  // Waits once, and returns what was found.
  std::vector<PollReady> Wait(absl::Duration timeout) {
    std::vector<PollReady> ready(256);
    const SysResult<std::size_t> count =
        set_->Wait(absl::MakeSpan(ready), timeout);
    EXPECT_EQ(count.error, 0);
    ready.resize(count.value);
    return ready;
  }
  std::vector<PollReady> Look() { return Wait(absl::ZeroDuration()); }
  std::vector<PollReady> Await() {
    std::vector<PollReady> ready;
    while (ready.empty()) ready = Wait(absl::InfiniteDuration());
    return ready;
  }

  std::unique_ptr<PollSet> set_;
  std::array<std::max_align_t, 100> cookies_;
};

// What the driver still writes after the set has gone would show in memory that
// others have got since.
//
// Under Wine, a set that goes without waiting for its packets passes too.
TEST_F(WinsockPollSetTest, IsDestroyedWithPollsPending) {
  constexpr std::size_t kBlocks = 64;
  using Block = std::array<char, 80>;
  Block untouched;
  untouched.fill('m');
  const Pair pairs[2];
  for (int round = 0; round < 1000; ++round) {
    set_ = MustMake();
    for (const Pair& pair : pairs) {
      ASSERT_EQ(set_->Add(Wish(pair)).error, 0);
    }
    // Their polls begin. One is given up then, and its packet is not awaited.
    ASSERT_TRUE(Look().empty());
    ASSERT_EQ(set_->Change(Wish(pairs[0], 1, PollEvents::kWritable)).error, 0);
    if (round % 2 == 0) {
      ASSERT_EQ(set_->Remove(pairs[1].ours()).error, 0);
    }
    set_.reset();
    std::vector<std::unique_ptr<Block>> blocks;
    for (std::size_t i = 0; i < kBlocks; ++i) {
      blocks.push_back(std::make_unique<Block>(untouched));
    }
    for (const Pair& pair : pairs) pair.Send();
    for (const Pair& pair : pairs) pair.Receive();
    for (const auto& block : blocks) ASSERT_EQ(*block, untouched) << round;
  }
}

// Its number may soon be that of another socket, so it is not asked again.
TEST_F(WinsockPollSetTest, ASocketThatIsClosedUnderAPollHasFailedOnce) {
  Pair pair;
  ASSERT_EQ(set_->Add(Wish(pair)).error, 0);
  EXPECT_TRUE(Look().empty());
  pair.CloseOurs();
  // Under Wine the first one gets the number. Windows chooses.
  const HandlePair next = NewSocketPair(AF_INET, SOCK_DGRAM, 0).value;
  EXPECT_EQ(send(AsSocket(next.second), "x", 1, 0), 1);
  const std::vector<PollReady> ready = Await();
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].cookie, &cookies_[0]);
  EXPECT_EQ(ready[0].events, PollEvents::kReadable | PollEvents::kFailed);
  EXPECT_TRUE(Look().empty());
  EXPECT_TRUE(Look().empty());
  EXPECT_EQ(set_->Remove(pair.ours()).error, 0);
  closesocket(AsSocket(next.first));
  closesocket(AsSocket(next.second));
}

TEST_F(WinsockPollSetTest, ASocketThatIsClosedBeforeItsPollHasFailedOnce) {
  Pair pair;
  ASSERT_EQ(set_->Add(Wish(pair)).error, 0);
  pair.CloseOurs();
  const std::vector<PollReady> ready = Await();
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].events, PollEvents::kReadable | PollEvents::kFailed);
  EXPECT_TRUE(Look().empty());
}

// More than a handle of the driver's takes.
TEST_F(WinsockPollSetTest, ManySockets) {
  constexpr std::size_t kPairs = 70;
  const Pair pairs[kPairs];
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < kPairs; ++i) {
      ASSERT_EQ(set_->Add(Wish(pairs[i], i)).error, 0);
    }
    EXPECT_TRUE(Look().empty());
    for (const Pair& pair : pairs) pair.Send();
    std::size_t seen = 0;
    while (seen < kPairs) {
      for (const PollReady& ready : Await()) {
        const auto number =
            static_cast<std::max_align_t*>(ready.cookie) - cookies_.data();
        pairs[number].Receive();
        ++seen;
      }
    }
    EXPECT_TRUE(Look().empty());
    for (const Pair& pair : pairs) {
      ASSERT_EQ(set_->Remove(pair.ours()).error, 0);
    }
  }
}

TEST_F(WinsockPollSetTest, APollOutlivesTheThreadThatBeganIt) {
  const Pair pair;
  ASSERT_EQ(set_->Add(Wish(pair)).error, 0);
  std::thread([this] { EXPECT_TRUE(Look().empty()); }).join();
  pair.Send();
  EXPECT_EQ(Await().size(), 1u);
}

// A change gives a poll up, and does not wait for its packet.
TEST_F(WinsockPollSetTest, AChangeCountsForTheNextLook) {
  const Pair pair;
  ASSERT_EQ(set_->Add(Wish(pair)).error, 0);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(Look().empty());
    ASSERT_EQ(set_->Change(Wish(pair, 1, PollEvents::kWritable)).error, 0);
    ASSERT_EQ(Look().size(), 1u);
    ASSERT_EQ(set_->Change(Wish(pair)).error, 0);
  }
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
