// A forked child has a copy of every Poller and of its sockets. Nothing that
// the child does with them changes what its parent waits for.

#include <atomic>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/tests/platform/posix/child.h"

namespace mortise {
namespace {

constexpr PollEvents kReadable = PollEvents::kReadable;

// Returns what `body` returns in a child.
template <typename Body>
bool RunInChild(Body body) {
  return posix::ExitCodeOfChild([&] { return body() ? 0 : 1; }) == 0;
}

bool IsRefused(const absl::Status& status) {
  return status.code() == absl::StatusCode::kFailedPrecondition;
}

class PollerForkTest : public testing::Test {
 protected:
  PollerForkTest() : poller_(Poller::Create().value()) {
    std::pair<Socket, Socket> pair = SocketPair().value();
    mine_ = std::move(pair.first);
    peer_ = std::move(pair.second);
    EXPECT_TRUE(poller_.Register(mine_, kReadable, 1).ok());
  }

  // Whether the poller reports that the socket is readable.
  void ExpectReported() {
    EXPECT_TRUE(peer_.SendAll("x").ok());
    PollResult ready;
    EXPECT_TRUE(poller_.Wait(absl::InfiniteDuration(), &ready).ok());
    EXPECT_FALSE(ready.empty());
    EXPECT_FALSE(ready.woken());
  }

  Poller poller_;
  Socket mine_;
  Socket peer_;
};

TEST_F(PollerForkTest, AChildClosesItsCopyOfASocket) {
  EXPECT_TRUE(RunInChild([&] { return mine_.Close().ok(); }));
  EXPECT_TRUE(RunInChild([&] {
    mine_ = Socket();
    return true;
  }));
  EXPECT_TRUE(RunInChild([&] { return mine_.Detach().valid(); }));
  EXPECT_EQ(poller_.size(), 1u);
  ExpectReported();
}

TEST_F(PollerForkTest, AChildDestroysItsCopyOfAPoller) {
  EXPECT_TRUE(RunInChild([&] {
    Poller gone = std::move(poller_);
    return true;
  }));
  ExpectReported();
}

TEST_F(PollerForkTest, AChildIsRefused) {
  EXPECT_TRUE(RunInChild([&] {
    PollResult ready;
    poller_.Wake();
    return IsRefused(poller_.Wait(absl::ZeroDuration(), &ready)) &&
           IsRefused(poller_.Register(peer_, kReadable, 2)) &&
           IsRefused(poller_.Register(NativeHandle(0), kReadable, 2)) &&
           IsRefused(poller_.Modify(mine_, PollEvents::kNone)) &&
           IsRefused(poller_.Modify(mine_.native_handle(), kReadable)) &&
           IsRefused(poller_.Unregister(mine_)) &&
           IsRefused(poller_.Unregister(mine_.native_handle()));
  }));
  ExpectReported();
}

TEST_F(PollerForkTest, AChildWaitsWithAPollerOfItsOwn) {
  EXPECT_TRUE(peer_.SendAll("x").ok());
  EXPECT_TRUE(RunInChild([&] {
    absl::StatusOr<Poller> own = Poller::Create();
    PollResult ready;
    return own.ok() && own->Register(mine_, kReadable, 7).ok() &&
           own->Wait(absl::InfiniteDuration(), &ready).ok() &&
           (*ready.begin()).key == 7 && mine_.Close().ok() && own->size() == 0;
  }));
  ExpectReported();
}

// A child gets whatever locks the threads of its parent held.
TEST_F(PollerForkTest, AChildTakesNoLocks) {
  std::atomic<bool> stop{false};
  std::thread changer([&] {
    while (!stop.load()) {
      EXPECT_TRUE(poller_.Register(peer_, PollEvents::kNone, 2).ok());
      EXPECT_TRUE(poller_.Unregister(peer_).ok());
    }
  });
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(RunInChild([&] {
      PollResult ready;
      const bool refused =
          IsRefused(poller_.Wait(absl::ZeroDuration(), &ready)) &&
          IsRefused(poller_.Modify(peer_, kReadable)) && poller_.size() == 0;
      Socket gone = std::move(peer_);
      return refused && gone.Close().ok() && mine_.Close().ok();
    }));
  }
  stop = true;
  changer.join();
  ExpectReported();
}

}  // namespace
}  // namespace mortise
