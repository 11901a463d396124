// TLS connections in a Poller: what is reported is whether a Read or a Write
// would wait, and handshakes and taken bytes advance during Wait.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

constexpr PollEvents kNone = PollEvents::kNone;
constexpr PollEvents kReadable = PollEvents::kReadable;
constexpr PollEvents kWritable = PollEvents::kWritable;
constexpr PollEvents kBoth = kReadable | kWritable;

class TlsPollTest : public testing::TestWithParam<TlsVersion> {
 protected:
  TlsPollTest() : poller_(Poller::Create().value()) {}

  // An end of a connection that is in the poller, and the other end.
  void Meet(PollEvents wanted, PollMode mode = PollMode::kLevel) {
    Ends ends = MustMeet(GetParam());
    mine_ = std::move(ends.server);
    peer_ = std::move(ends.client);
    // Takes the session tickets, so that nothing but data comes later.
    ASSERT_TRUE(mine_.WriteAll("!").ok());
    ASSERT_EQ(*peer_.Read(1), "!");
    ASSERT_TRUE(mine_.SetBlocking(false).ok());
    ASSERT_TRUE(peer_.SetBlocking(false).ok());
    const absl::Status status = poller_.Register(mine_, wanted, 1, mode);
    ASSERT_TRUE(status.ok()) << status;
  }

  PollEvents Wait(absl::Duration timeout = kLong) {
    PollResult ready;
    const absl::Status status = poller_.Wait(timeout, &ready);
    EXPECT_TRUE(status.ok()) << status;
    PollEvents found = kNone;
    for (const PollEvent& event : ready) {
      EXPECT_EQ(event.key, 1u);
      found = event.events & kBoth;
    }
    return found;
  }
  PollEvents Look() { return Wait(absl::ZeroDuration()); }

  Poller poller_;
  TlsSocket mine_;
  TlsSocket peer_;
};

TEST_P(TlsPollTest, PendingIsReadable) {
  Meet(kReadable);
  EXPECT_EQ(Look(), kNone);
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  EXPECT_EQ(Wait(), kReadable);
  // The system has nothing left, but the connection has.
  EXPECT_EQ(Look(), kReadable);
  ASSERT_EQ(*mine_.Read(1), "d");
  EXPECT_EQ(Wait(), kReadable);
  ASSERT_EQ(*mine_.Read(10), "ata");
  EXPECT_EQ(Look(), kNone);
}

TEST_P(TlsPollTest, PendingAfterAnUnreportedRead) {
  Meet(kReadable);
  EXPECT_EQ(Look(), kNone);
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  // Nobody was told. The poller has to learn of what is left.
  while (IsWouldBlock(mine_.Read(1).status())) {
  }
  EXPECT_EQ(Wait(), kReadable);
  EXPECT_EQ(*mine_.Read(10), "ata");
}

TEST_P(TlsPollTest, AChangeOfAnotherThreadEndsTheWait) {
  Meet(kNone);
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  while (IsWouldBlock(mine_.Read(1).status())) {
  }
  EXPECT_EQ(Look(), kNone);
  // In whichever order the two threads come, the wait has to see it.
  std::thread changer(
      [&] { EXPECT_TRUE(poller_.Modify(mine_, kReadable).ok()); });
  EXPECT_EQ(Wait(), kReadable);
  changer.join();
}

TEST_P(TlsPollTest, APartOfARecordIsNotReadable) {
  auto [client_socket, server_socket] = MustConnect();
  auto [near, far] = MustConnect();
  // Two pumps would do; here one thread carries bytes by hand.
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  TlsSocket server = *TlsSocket::Create(DefaultServer(), std::move(near));
  ASSERT_TRUE(client.SetBlocking(false).ok());
  ASSERT_TRUE(server.SetBlocking(false).ok());
  ASSERT_TRUE(server_socket.SetBlocking(false).ok());
  ASSERT_TRUE(far.SetBlocking(false).ok());
  const auto carry = [](Socket& from, Socket& to, std::size_t most) {
    const absl::StatusOr<std::string> bytes = from.Recv(most);
    return bytes.ok() && to.SendAll(*bytes).ok();
  };
  for (;;) {
    const StreamTry one = client.TryHandshake();
    const StreamTry two = server.TryHandshake();
    ASSERT_TRUE(one.status.ok()) << one.status;
    ASSERT_TRUE(two.status.ok()) << two.status;
    if (one.wait == WaitEvents::kNone && two.wait == WaitEvents::kNone) break;
    carry(server_socket, far, 65536);
    carry(far, server_socket, 65536);
  }
  ASSERT_TRUE(poller_.Register(server, kReadable, 1).ok());
  ASSERT_TRUE(client.WriteAll("whole").ok());
  // Byte by byte. What is under way may take its time, so that the looks go on
  // when all of it has been sent.
  std::size_t carried = 0;
  while (Look() == kNone) {
    if (carry(server_socket, far, 1)) ++carried;
  }
  // A record has a header of 5 bytes, and is sealed with 16 more.
  EXPECT_GE(carried, 5 + std::string("whole").size() + 16);
  EXPECT_EQ(*server.Read(10), "whole");
}

TEST_P(TlsPollTest, TheEndIsReadable) {
  Meet(kReadable);
  ASSERT_TRUE(peer_.SetTimeout(kLong).ok());
  ASSERT_TRUE(peer_.Shutdown(ShutdownHow::kWrite).ok());
  EXPECT_EQ(Wait(), kReadable);
  EXPECT_EQ(*mine_.Read(1), "");
  EXPECT_EQ(Wait(), kReadable);
}

TEST_P(TlsPollTest, ACutConnectionIsReadableAndWritable) {
  Meet(kBoth);
  peer_ = TlsSocket();
  while (Wait() != kBoth) {
  }
  EXPECT_FALSE(mine_.Read(1).ok());
}

TEST_P(TlsPollTest, RoomIsWritable) {
  Meet(kWritable);
  EXPECT_EQ(Wait(), kWritable);
  const std::string data(TlsSocket::kRecordSize, 'x');
  // The system moves what was sent on, and makes room, for a while.
  do {
    while (mine_.Write(data).ok()) {
    }
  } while (Look() != kNone);
  std::thread reader([&] {
    EXPECT_TRUE(peer_.SetTimeout(kLong).ok());
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(peer_.Read(data.size()).ok());
  });
  EXPECT_EQ(Wait(), kWritable);
  peer_.Shutdown(ShutdownHow::kRead).IgnoreError();
  reader.join();
}

TEST_P(TlsPollTest, TakenBytesAreSentWithoutInterest) {
  Meet(kNone);
  const std::string data = Pattern(32 << 20);
  std::size_t sent = 0;
  EXPECT_TRUE(IsWouldBlock(mine_.WriteAll(data, &sent)));
  ASSERT_GT(sent, 0u);
  ASSERT_LT(sent, data.size());
  std::atomic<bool> arrived{false};
  std::thread reader([&] {
    EXPECT_TRUE(peer_.SetTimeout(kLong).ok());
    std::string all;
    while (all.size() < sent) {
      const absl::StatusOr<std::string> more = peer_.Read(1 << 20);
      if (!more.ok()) break;
      all += *more;
    }
    EXPECT_TRUE(all == data.substr(0, sent)) << all.size() << " of " << sent;
    arrived = true;
    poller_.Wake();
  });
  while (!arrived) EXPECT_EQ(Wait(), kNone);
  reader.join();
}

TEST_P(TlsPollTest, HandshakesAdvanceDuringTheWait) {
  auto [client_socket, server_socket] = MustConnect();
  mine_ = *TlsSocket::Create(DefaultServer(), std::move(server_socket));
  ASSERT_TRUE(mine_.SetBlocking(false).ok());
  ASSERT_TRUE(poller_.Register(mine_, kReadable, 1).ok());
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  std::thread other([&] {
    EXPECT_TRUE(client.SetTimeout(kLong).ok());
    EXPECT_TRUE(client.Handshake().ok());
    EXPECT_TRUE(client.WriteAll("hello").ok());
  });
  // Not before the data has come.
  EXPECT_EQ(Wait(), kReadable);
  EXPECT_EQ(*mine_.Read(10), "hello");
  other.join();
}

TEST_P(TlsPollTest, AFailedHandshakeIsReadableAndWritable) {
  auto [client_socket, server_socket] = MustConnect();
  mine_ = *TlsSocket::Create(DefaultServer(), std::move(server_socket));
  ASSERT_TRUE(mine_.SetBlocking(false).ok());
  ASSERT_TRUE(poller_.Register(mine_, kBoth, 1).ok());
  ASSERT_TRUE(client_socket.SendAll("This is no TLS at all.").ok());
  while (Wait() != kBoth) {
  }
  EXPECT_EQ(mine_.Read(1).status().code(), absl::StatusCode::kDataLoss);
}

TEST_P(TlsPollTest, OneShotIsReportedOnce) {
  Meet(kReadable, PollMode::kOneShot);
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  EXPECT_EQ(Wait(), kReadable);
  EXPECT_EQ(Look(), kNone);
  ASSERT_TRUE(poller_.Modify(mine_, kReadable).ok());
  EXPECT_EQ(Wait(), kReadable);
  EXPECT_EQ(Look(), kNone);
}

TEST_P(TlsPollTest, PausedReportsNothing) {
  Meet(kReadable);
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  EXPECT_EQ(Wait(), kReadable);
  ASSERT_TRUE(poller_.Modify(mine_, kNone).ok());
  EXPECT_EQ(Look(), kNone);
  ASSERT_TRUE(poller_.Modify(mine_, kReadable).ok());
  EXPECT_EQ(Wait(), kReadable);
}

// --- Where a connection is ---------------------------------------------------

TEST_P(TlsPollTest, ClosingLeaves) {
  Meet(kReadable);
  ASSERT_TRUE(mine_.Close().ok());
  EXPECT_EQ(poller_.size(), 0u);
  Meet(kReadable);
  mine_ = TlsSocket();
  EXPECT_EQ(poller_.size(), 0u);
}

TEST_P(TlsPollTest, AMoveKeepsIt) {
  Meet(kReadable);
  TlsSocket moved = std::move(mine_);
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  EXPECT_EQ(Wait(), kReadable);
  mine_ = std::move(moved);
  EXPECT_EQ(Wait(), kReadable);
  EXPECT_TRUE(poller_.Unregister(mine_).ok());
}

TEST_P(TlsPollTest, OfDuplicatesTheRegisteredOneLeaves) {
  Meet(kReadable);
  {
    const auto other = mine_.Dup();
    ASSERT_TRUE(other.ok());
    EXPECT_EQ(poller_.Register(**other, kReadable, 2).code(),
              absl::StatusCode::kAlreadyExists);
  }
  EXPECT_EQ(poller_.size(), 1u);
  const auto other = mine_.Dup();
  ASSERT_TRUE(mine_.Close().ok());
  EXPECT_EQ(poller_.size(), 0u);
  ASSERT_TRUE(poller_.Register(**other, kReadable, 1).ok());
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  EXPECT_EQ(Wait(), kReadable);
}

TEST_P(TlsPollTest, ADuplicateThatWasRegisteredBeforeLeavesNothing) {
  Meet(kReadable);
  poller_ = *Poller::Create();
  const auto other = mine_.Dup();
  ASSERT_TRUE(other.ok());
  ASSERT_TRUE(poller_.Register(**other, kReadable, 1).ok());
  ASSERT_TRUE(mine_.Close().ok());
  EXPECT_EQ(poller_.size(), 1u);
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  EXPECT_EQ(Wait(), kReadable);
}

TEST_P(TlsPollTest, SmallResultsServeStreamsAndWakes) {
  Meet(kReadable);
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  EXPECT_EQ(Wait(), kReadable);
  // What stays ready inside does not keep a socket or a wake-up out.
  std::pair<Socket, Socket> sockets = MustConnect();
  ASSERT_TRUE(poller_.Register(sockets.first, kReadable, 2).ok());
  ASSERT_TRUE(sockets.second.SendAll("x").ok());
  for (const std::size_t capacity : {1, 2, 3}) {
    PollResult ready(capacity);
    bool stream = false;
    bool socket = false;
    bool woken = false;
    poller_.Wake();
    while (!stream || !socket || !woken) {
      ASSERT_TRUE(poller_.Wait(kLong, &ready).ok());
      woken |= ready.woken();
      for (const PollEvent& event : ready) {
        (event.key == 1 ? stream : socket) = true;
      }
    }
  }
}

TEST_P(TlsPollTest, AnotherLoopSeesWhatIsReadyInside) {
  Meet(kReadable);
  if (!poller_.native_handle().valid()) GTEST_SKIP() << "it has no handle";
  Poller outer = *Poller::Create();
  ASSERT_TRUE(outer.Register(poller_.native_handle(), kReadable, 9).ok());
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  EXPECT_EQ(Wait(), kReadable);
  ASSERT_EQ(*mine_.Read(1), "d");
  PollResult ready;
  ASSERT_TRUE(outer.Wait(kLong, &ready).ok());
  EXPECT_FALSE(ready.empty());
  ASSERT_TRUE(outer.Unregister(poller_.native_handle()).ok());
}

TEST_P(TlsPollTest, UnwrapLeaves) {
  Meet(kReadable);
  std::thread other([&] {
    EXPECT_TRUE(peer_.SetTimeout(kLong).ok());
    EXPECT_TRUE(peer_.Unwrap().ok());
  });
  ASSERT_TRUE(mine_.SetTimeout(kLong).ok());
  const absl::StatusOr<std::unique_ptr<Stream>> below = mine_.Unwrap();
  ASSERT_TRUE(below.ok()) << below.status();
  EXPECT_EQ(poller_.size(), 0u);
  other.join();
}

TEST_P(TlsPollTest, ThePollerGoesFirst) {
  Meet(kReadable);
  poller_ = *Poller::Create();
  // The connection still tells the observer of the poller that is gone.
  ASSERT_TRUE(peer_.WriteAll("data").ok());
  while (IsWouldBlock(mine_.Read(1).status())) {
  }
  ASSERT_TRUE(poller_.Register(mine_, kReadable, 1).ok());
  EXPECT_EQ(Wait(), kReadable);
}

TEST_P(TlsPollTest, DestructionDuringTheWait) {
  std::atomic<bool> stop{false};
  std::thread waiter([&] {
    PollResult ready;
    while (!stop) {
      EXPECT_TRUE(poller_.Wait(absl::Milliseconds(1), &ready).ok());
    }
  });
  for (int i = 0; i < 20; ++i) {
    Ends ends = MustMeet(GetParam());
    ASSERT_TRUE(poller_.Register(ends.server, kBoth, i).ok());
    ASSERT_TRUE(ends.client.WriteAll("data").ok());
    if (i % 2 == 0) {
      ends.server = TlsSocket();
    } else {
      ends.server.Close().IgnoreError();
    }
  }
  stop = true;
  waiter.join();
  EXPECT_EQ(poller_.size(), 0u);
}

TEST_P(TlsPollTest, TlsOverTls) {
  auto [client_socket, server_socket] = MustConnect();
  const auto twice = [](const TlsContext& context, Socket socket,
                        const char* name) {
    auto inner = std::make_unique<TlsSocket>(
        *TlsSocket::Create(context, std::move(socket), name));
    return *TlsSocket::Create(context, std::move(inner), name);
  };
  mine_ = twice(DefaultServer(), std::move(server_socket), "");
  ASSERT_TRUE(mine_.SetBlocking(false).ok());
  ASSERT_TRUE(poller_.Register(mine_, kReadable, 1).ok());
  TlsSocket client =
      twice(DefaultClient(), std::move(client_socket), "localhost");
  std::thread other([&] {
    EXPECT_TRUE(client.SetTimeout(kLong).ok());
    EXPECT_TRUE(client.WriteAll("hello").ok());
    EXPECT_EQ(client.Read(10).value_or(""), "goodbye");
  });
  EXPECT_EQ(Wait(), kReadable);
  EXPECT_EQ(*mine_.Read(2), "he");
  EXPECT_EQ(Wait(), kReadable);
  EXPECT_EQ(*mine_.Read(10), "llo");
  EXPECT_EQ(Look(), kNone);
  ASSERT_TRUE(poller_.Modify(mine_, kWritable).ok());
  EXPECT_EQ(Wait(), kWritable);
  EXPECT_TRUE(mine_.WriteAll("goodbye").ok());
  other.join();
}

INSTANTIATE_TEST_SUITE_P(Versions, TlsPollTest,
                         testing::Values(TlsVersion::kTls12,
                                         TlsVersion::kTls13),
                         [](const auto& info) {
                           return VersionName(info.param);
                         });

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
