// What the poll source of a TLS connection answers, and what happens to the
// connection meanwhile. tls_poll_test.cc has the same from a Poller's side.

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poll_source.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/wait_interrupt.h"
#include "mortise/tests/tls/tls_pair.h"
#include "mortise/tests/tls/watched_platform.h"

namespace mortise {
namespace testing_tls {
namespace {

constexpr PollEvents kNone = PollEvents::kNone;
constexpr PollEvents kReadable = PollEvents::kReadable;
constexpr PollEvents kWritable = PollEvents::kWritable;
constexpr PollEvents kBoth = kReadable | kWritable;

class TlsPollSourceTest : public testing::Test {
 protected:
  ~TlsPollSourceTest() override {
    below().LetSend();
    below().LieAboutSent(nullptr);
  }

  static WatchedPlatform& below() {
    static auto* const below = new WatchedPlatform;
    return *below;
  }
};

// Counts what it is told.
class CountingObserver final : public PollObserver {
 public:
  void Changed() override { ++changes_; }
  int changes() const { return changes_; }

 private:
  std::atomic<int> changes_{0};
};

TEST_F(TlsPollSourceTest, BeforeTheHandshakeNothingIsReady) {
  auto [client_socket, silent] = MustConnect();
  TlsSocket client = *TlsSocket::Create(DefaultClient(),
                                        std::move(client_socket), "localhost");
  const PollSource::Answer answer = client.poll_source()->Ask(kBoth, kBoth);
  EXPECT_EQ(answer.ready, kNone);
  EXPECT_EQ(answer.wait, kReadable);
  EXPECT_FALSE(answer.ask_again);
}

// Only the system knows whether there is room.
TEST_F(TlsPollSourceTest, RoomIsWhatTheSystemReports) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  ASSERT_TRUE(ends.client.SetBlocking(false).ok());
  const std::shared_ptr<PollSource> source = ends.client.poll_source();
  PollSource::Answer answer = source->Ask(kWritable, kNone);
  EXPECT_EQ(answer.ready, kNone);
  EXPECT_EQ(answer.wait, kWritable);
  answer = source->Ask(kWritable, kReadable);
  EXPECT_EQ(answer.ready, kNone);
  answer = source->Ask(kWritable, kWritable);
  EXPECT_EQ(answer.ready, kWritable);
  // The room is for what was taken.
  below().HoldSendingAfter(1000);
  EXPECT_TRUE(IsWouldBlock(ends.client.WriteAll(Pattern(16000))));
  answer = source->Ask(kBoth, kBoth);
  EXPECT_EQ(answer.ready, kNone);
  EXPECT_EQ(answer.wait, kBoth);
  answer = source->Ask(kNone, kNone);
  EXPECT_EQ(answer.wait, kWritable);
}

TEST_F(TlsPollSourceTest, AHalfThatHasEndedIsReady) {
  Ends ends = MustMeet();
  const std::shared_ptr<PollSource> source = ends.client.poll_source();
  EXPECT_EQ(source->Ask(kBoth, kNone).ready, kNone);
  ASSERT_TRUE(ends.client.Shutdown(ShutdownHow::kWrite).ok());
  EXPECT_EQ(source->Ask(kBoth, kNone).ready, kWritable);
  ASSERT_TRUE(ends.client.Shutdown(ShutdownHow::kRead).ok());
  EXPECT_EQ(source->Ask(kBoth, kNone).ready, kBoth);
}

TEST_F(TlsPollSourceTest, AFailureToSendIsWritable) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  const std::shared_ptr<PollSource> source = ends.client.poll_source();
  below().LieAboutSent([](std::size_t) -> std::size_t { return 0; });
  EXPECT_TRUE(IsBrokenPipe(ends.client.WriteAll("x")));
  EXPECT_EQ(source->Ask(kBoth, kNone).ready, kWritable);
}

TEST_F(TlsPollSourceTest, TellsItsObserverWhatOthersDoAndNotWhatItDoes) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  ASSERT_TRUE(ends.client.SetBlocking(false).ok());
  const std::shared_ptr<PollSource> source = ends.client.poll_source();
  const auto observer = std::make_shared<CountingObserver>();
  source->Observe(observer);
  below().HoldSendingAfter(1000);
  EXPECT_TRUE(IsWouldBlock(ends.client.WriteAll(Pattern(16000))));
  // Something is left to send.
  int before = observer->changes();
  EXPECT_GT(before, 0);
  below().LetSend();
  EXPECT_EQ(source->Ask(kWritable, kWritable).ready, kWritable);
  EXPECT_EQ(observer->changes(), before);
  ASSERT_TRUE(ends.server.WriteAll("ab").ok());
  while (IsWouldBlock(ends.client.Read(1).status())) {
  }
  // Something is left to read.
  EXPECT_GT(observer->changes(), before);
  before = observer->changes();
  EXPECT_EQ(source->Ask(kReadable, kNone).ready, kReadable);
  EXPECT_EQ(observer->changes(), before);
}

// The sender's bytes are out, although the sender has not seen any room.
TEST_F(TlsPollSourceTest, EndsTheWaitOfASenderWhoseBytesItSends) {
  Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
  below().HoldSendingAfter(1000);
  const int before = below().waits();
  absl::Status status;
  std::thread sending([&] { status = ends.client.WriteAll(Pattern(16000)); });
  below().AwaitWaits(before + 1);
  below().MakeRoomUnannounced(20000);
  ends.client.poll_source()->Ask(kNone, kNone);
  sending.join();
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(TlsPollSourceTest, WithoutItsStreamItAnswersNothing) {
  Ends ends = MustMeet();
  const std::shared_ptr<PollSource> source = ends.client.poll_source();
  EXPECT_EQ(ends.client.poll_source(), source);
  const auto observer = std::make_shared<CountingObserver>();
  ends.client = TlsSocket();
  source->Observe(observer);
  const PollSource::Answer answer = source->Ask(kBoth, kBoth);
  EXPECT_EQ(answer.ready, kNone);
  EXPECT_EQ(answer.wait, kNone);
  EXPECT_FALSE(answer.ask_again);
}

// The connection must not go while it is asked.
TEST_F(TlsPollSourceTest, DestructionWaitsForTheAnswer) {
  for (const bool closes : {true, false}) {
    absl::Notification is_asked;
    absl::Notification is_gone;
    bool was_gone = true;
    TlsOptions options = Being(DefaultIdentity());
    options.on_server_name = [&](absl::string_view) {
      is_asked.Notify();
      // It cannot be gone before this function returns, however long that is.
      was_gone = is_gone.WaitForNotificationWithTimeout(absl::Milliseconds(50));
      return TlsContext();
    };
    auto [client_socket, server_socket] = MustConnect();
    TlsSocket server =
        *TlsSocket::Create(MustServer(options), std::move(server_socket));
    TlsSocket client = *TlsSocket::Create(
        DefaultClient(), std::move(client_socket), "localhost");
    std::thread connecting([&] { client.Handshake().IgnoreError(); });
    std::thread asking([source = server.poll_source(), &is_asked] {
      while (!is_asked.HasBeenNotified()) source->Ask(kBoth, kNone);
    });
    is_asked.WaitForNotification();
    if (closes) {
      server.Close().IgnoreError();
    } else {
      server = TlsSocket();
    }
    is_gone.Notify();
    asking.join();
    connecting.join();
    EXPECT_FALSE(was_gone);
  }
}

// A stream of a program's own, which reads a byte at a time.
class ByteByByte final : public Stream {
 public:
  explicit ByteByByte(TlsSocket below) : below_(std::move(below)) {}
  ~ByteByByte() override { LeavePoller(); }

  absl::Status Close() override { return below_.Close(); }
  bool is_open() const override { return below_.is_open(); }
  absl::StatusOr<std::unique_ptr<Stream>> Dup() const override {
    return absl::UnimplementedError("Dup");
  }
  absl::Status SetTimeout(absl::Duration timeout) override {
    return below_.SetTimeout(timeout);
  }
  absl::Duration GetTimeout() const override { return below_.GetTimeout(); }
  Socket* socket() override { return below_.socket(); }
  bool bytes_are_plain() const override { return false; }

  StreamTry TryRead(absl::Span<char> buffer, TryMode mode) override {
    return below_.TryRead(buffer.subspan(0, 1), mode);
  }
  StreamTry TryWrite(absl::string_view data, TryMode mode) override {
    return below_.TryWrite(data, mode);
  }
  StreamTry TryFlush(const StreamTry& written) override {
    return below_.TryFlush(written);
  }
  StreamTry TryShutdown(ShutdownHow how) override {
    return below_.TryShutdown(how);
  }
  absl::StatusOr<bool> Wait(
      const StreamTry& tried, absl::Duration timeout,
      absl::Span<WaitInterrupt* const> interrupts) override {
    return below_.Wait(tried, timeout, interrupts);
  }

 private:
  TlsSocket below_;
};

// What has arrived is in the stream below, not in the system any more, and is
// more than one answer looks at. This is so in the handshake and after it.
TEST_F(TlsPollSourceTest, GoesOnWithWhatOneAnswerDoesNotLookAt) {
  for (const bool polls : {true, false}) {
    Ends below = MustMeet();
    TlsSocket mine = *TlsSocket::Create(
        DefaultServer(), std::make_unique<ByteByByte>(std::move(below.server)));
    TlsSocket peer = *TlsSocket::Create(
        DefaultClient(), std::make_unique<TlsSocket>(std::move(below.client)),
        "localhost");
    const std::string data = Pattern(1000);
    std::thread sending([&] {
      const absl::Status status = peer.WriteAll(data);
      EXPECT_TRUE(status.ok()) << status;
    });
    if (polls) {
      Poller poller = *Poller::Create();
      ASSERT_TRUE(poller.Register(mine, kReadable, 1).ok());
      PollResult ready;
      EXPECT_TRUE(poller.Wait(kLong, &ready).ok());
      EXPECT_FALSE(ready.empty());
    }
    std::string got;
    while (got.size() < data.size()) {
      const absl::StatusOr<std::string> more = mine.Read(data.size());
      ASSERT_TRUE(more.ok() && !more->empty()) << more.status();
      got += *more;
    }
    EXPECT_TRUE(got == data);
    sending.join();
  }
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
