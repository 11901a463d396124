// The end of TLS on a connection that goes on without it.

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/tls/tls_pair.h"
#include "mortise/tests/tls/watched_platform.h"

namespace mortise {
namespace testing_tls {
namespace {

class TlsUnwrapTest : public testing::Test {
 protected:
  TlsUnwrapTest() : ends_(MustMeet(TlsVersion::kTls13, &below().platform())) {}
  ~TlsUnwrapTest() override { below().LetSend(); }

  static WatchedPlatform& below() {
    static auto* const below = new WatchedPlatform;
    return *below;
  }

  TlsSocket& client() { return ends_.client; }
  TlsSocket& server() { return ends_.server; }

  Ends ends_;
};

TEST_F(TlsUnwrapTest, IsRefusedWhileThereIsAnotherHandle) {
  std::unique_ptr<Stream> copy = *client().Dup();
  const int before = below().transfers();
  const absl::Status refused = client().Unwrap().status();
  EXPECT_TRUE(IsUsageError(refused)) << refused;
  EXPECT_EQ(below().transfers(), before);
  // Nothing has changed.
  EXPECT_TRUE(client().WriteAll("still").ok());
  EXPECT_EQ(server().Read(64).value_or(""), "still");
  copy.reset();
  ASSERT_TRUE(server().SetBlocking(false).ok());
  EXPECT_TRUE(IsWouldBlock(server().Unwrap().status()));
  EXPECT_TRUE(client().Unwrap().ok());
}

TEST_F(TlsUnwrapTest, APeerThatNeverStopsDoesNotKeepIt) {
  ASSERT_TRUE(client().SetTimeout(absl::Milliseconds(50)).ok());
  std::atomic<bool> over{false};
  std::thread sending([&] {
    // A byte now and then, each of them in time.
    while (!over && server().WriteAll("x").ok()) {
      absl::SleepFor(absl::Milliseconds(5));
    }
  });
  EXPECT_TRUE(IsTimeout(client().Unwrap().status()));
  EXPECT_TRUE(client().is_open());
  over = true;
  sending.join();
}

// There is always something to read, so it never has to wait.
TEST_F(TlsUnwrapTest, LooksAtItsDeadlineBetweenRecords) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(server().WriteAll("x").ok());
  ASSERT_TRUE(client().SetTimeout(absl::Nanoseconds(1)).ok());
  EXPECT_TRUE(IsTimeout(client().Unwrap().status()));
  ASSERT_TRUE(client().SetTimeout(kLong).ok());
  EXPECT_EQ(client().Read(1).value_or(""), "x");
}

TEST_F(TlsUnwrapTest, CloseDoesNotHearAPeerOut) {
  std::thread sending([&] {
    while (server().WriteAll(std::string(1 << 20, 'x')).ok()) {
    }
  });
  ASSERT_TRUE(client().SetTimeout(absl::InfiniteDuration()).ok());
  EXPECT_EQ(client().Read(1).value_or(""), "x");
  client().Close().IgnoreError();
  sending.join();
}

TEST_F(TlsUnwrapTest, APeerThatSendsMuchIsNotHeardOut) {
  ASSERT_TRUE(client().SetTimeout(kLong).ok());
  std::thread sending(
      [&] { server().WriteAll(std::string(64 << 20, 'x')).IgnoreError(); });
  const absl::Status much = client().Unwrap().status();
  EXPECT_EQ(much.code(), absl::StatusCode::kResourceExhausted) << much;
  EXPECT_TRUE(client().is_open());
  // Reading is possible.
  EXPECT_EQ(client().Read(1).value_or(""), "x");
  client() = TlsSocket();
  sending.join();
}

TEST_F(TlsUnwrapTest, APeerThatNeverReadsDoesNotKeepIt) {
  ASSERT_TRUE(client().SetTimeout(absl::Milliseconds(20)).ok());
  below().HoldSendingAfter(0);
  EXPECT_TRUE(IsTimeout(client().Unwrap().status()));
  EXPECT_TRUE(client().is_open());
  // Another try goes on where this one ended.
  below().LetSend();
  ASSERT_TRUE(client().SetTimeout(kLong).ok());
  std::thread serving([&] { EXPECT_TRUE(server().Unwrap().ok()); });
  EXPECT_TRUE(client().Unwrap().ok());
  serving.join();
}

TEST_F(TlsUnwrapTest, WhatFollowsTheEndOfTlsIsLeft) {
  // The client has told its end, and has not read the server's.
  ASSERT_TRUE(client().SetBlocking(false).ok());
  EXPECT_TRUE(IsWouldBlock(client().Unwrap().status()));
  absl::StatusOr<std::unique_ptr<Stream>> server_below = server().Unwrap();
  ASSERT_TRUE(server_below.ok()) << server_below.status();
  ASSERT_TRUE((*server_below)->WriteAll("in the clear").ok());
  ASSERT_TRUE(client().SetTimeout(kLong).ok());
  absl::StatusOr<std::unique_ptr<Stream>> client_below = client().Unwrap();
  ASSERT_TRUE(client_below.ok()) << client_below.status();
  EXPECT_EQ((*client_below)->GetTimeout(), kLong);
  EXPECT_EQ((*client_below)->Read(64).value_or(""), "in the clear");
}

TEST_F(TlsUnwrapTest, SendsWhatWasTakenBefore) {
  const std::string data = Pattern(16000);
  ASSERT_TRUE(client().SetBlocking(false).ok());
  below().HoldSendingAfter(1000);
  EXPECT_TRUE(IsWouldBlock(client().WriteAll(data)));
  ASSERT_TRUE(client().SetTimeout(kLong).ok());
  std::thread serving([&] {
    absl::Status end;
    EXPECT_TRUE(ReadToEnd(server(), &end) == data);
    EXPECT_TRUE(end.ok()) << end;
    EXPECT_TRUE(server().Unwrap().ok());
  });
  below().LetSend();
  const absl::StatusOr<std::unique_ptr<Stream>> plain = client().Unwrap();
  EXPECT_TRUE(plain.ok()) << plain.status();
  serving.join();
}

TEST(TakeSocketTest, TakesTheSocketOfAPlainStreamOnly) {
  Socket socket = std::move(MustConnect().first);
  const auto number = socket.FileNo();
  absl::StatusOr<Socket> taken = TakeSocket(MakeStream(std::move(socket)));
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(taken->FileNo(), number);
  EXPECT_EQ(taken->GetTimeout(), kLong);
  EXPECT_TRUE(IsUsageError(TakeSocket(nullptr).status()));
  Ends ends = MustMeet();
  EXPECT_TRUE(IsUsageError(
      TakeSocket(std::make_unique<TlsSocket>(std::move(ends.client)))
          .status()));
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
