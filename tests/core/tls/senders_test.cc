// Several senders on one connection: threads, files, and data that a failed
// call has left behind. The peer gets what was reported as sent, once and in
// order.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>  // NOLINT(build/c++11)
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/tls/tls_pair.h"
#include "mortise/tests/tls/watched_platform.h"

namespace mortise {
namespace testing_tls {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(20);
constexpr absl::Duration kModes[] = {absl::InfiniteDuration(), kLong};

class SendersTest : public testing::Test {
 protected:
  SendersTest() : ends_(MustMeet(TlsVersion::kTls13, &below().platform())) {}
  ~SendersTest() override { below().LetSend(); }

  static WatchedPlatform& below() {
    static auto* const below = new WatchedPlatform;
    return *below;
  }

  TlsSocket& client() { return ends_.client; }

  Ends ends_;
};

// Returns the part of `data` that one writer has written. The bytes of the
// other writers are all `mark`.
std::string Without(char mark, std::string data) {
  data.erase(std::remove(data.begin(), data.end(), mark), data.end());
  return data;
}

std::string Letters(std::size_t size) {
  std::string data = Pattern(size);
  for (char& byte : data) {
    byte = static_cast<char>('a' + static_cast<unsigned char>(byte) % 26);
  }
  return data;
}

TEST_F(SendersTest, ASecondOneTakesNothingFromTheFirst) {
  for (const absl::Duration mode : kModes) {
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    ASSERT_TRUE(ends.client.SetTimeout(mode).ok());
    const std::string data = Letters(1 << 20);
    below().HoldSendingAfter(100000);
    absl::Status first;
    absl::Status second;
    std::thread a([&] { first = ends.client.WriteAll(data); });
    below().AwaitHeld();
    std::thread b([&] { second = ends.client.WriteAll("B"); });
    std::string got;
    std::thread reading([&] { got = ReadToEnd(ends.server); });
    below().LetSend();
    a.join();
    b.join();
    EXPECT_TRUE(first.ok()) << first;
    EXPECT_TRUE(second.ok()) << second;
    EXPECT_TRUE(ends.client.Shutdown(ShutdownHow::kWrite).ok());
    reading.join();
    EXPECT_EQ(got.size(), data.size() + 1);
    EXPECT_TRUE(Without('B', got) == data);
  }
}

// A sender is done when its own bytes are out, even if another one has sent
// them, and not when there is room for more.
TEST_F(SendersTest, OneWhoseBytesAreOutIsDone) {
  for (const absl::Duration mode : kModes) {
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    ASSERT_TRUE(ends.client.SetTimeout(mode).ok());
    const std::unique_ptr<Stream> other = *ends.client.Dup();
    ASSERT_TRUE(other->SetTimeout(absl::ZeroDuration()).ok());
    below().HoldSendingAfter(1000);
    const int before = below().waits();
    absl::Status status;
    std::thread first([&] { status = ends.client.WriteAll(Letters(16000)); });
    below().AwaitWaits(before + 1);
    // This sends the rest of the first record, and a part of another one.
    below().MakeRoomUnannounced(20000);
    EXPECT_EQ(other->Write(std::string(16000, 'B')).value_or(0), 16000u);
    first.join();
    EXPECT_TRUE(status.ok()) << status;
    below().LetSend();
    ASSERT_TRUE(ends.client.SetTimeout(kLong).ok());
    EXPECT_TRUE(ends.client.Shutdown(ShutdownHow::kWrite).ok());
    EXPECT_TRUE(ReadToEnd(ends.server) ==
                Letters(16000) + std::string(16000, 'B'));
  }
}

// The call of the first sender goes on for as long as it takes, whatever the
// results of other senders' calls are in the meantime.
TEST_F(SendersTest, OneThatFailsTakesNothingFromTheFirst) {
  const std::string data = Letters(1 << 20);
  below().HoldSendingAfter(100000);
  absl::StatusOr<SocketFile> file = MakeFile(client(), "wb");
  ASSERT_TRUE(file.ok()) << file.status();
  absl::StatusOr<std::unique_ptr<Stream>> copy = client().Dup();
  ASSERT_TRUE(copy.ok()) << copy.status();
  absl::Status first;
  std::thread a([&] { first = client().WriteAll(data); });
  below().AwaitHeld();
  ASSERT_TRUE(file->SetTimeout(kShort).ok());
  ASSERT_TRUE((*copy)->SetTimeout(kShort).ok());
  EXPECT_TRUE(file->Write("BBB").ok());
  EXPECT_TRUE(IsTimeout(file->Flush()));
  std::size_t sent = 1;
  EXPECT_TRUE(IsTimeout((*copy)->WriteAll("CCC", &sent)));
  EXPECT_EQ(sent, 0u);
  EXPECT_TRUE(IsTimeout((*copy)->Write("CCC").status()));
  ASSERT_TRUE((*copy)->SetTimeout(absl::ZeroDuration()).ok());
  sent = 1;
  EXPECT_TRUE(IsWouldBlock((*copy)->WriteAll("CCC", &sent)));
  EXPECT_EQ(sent, 0u);
  EXPECT_TRUE(IsWouldBlock((*copy)->Write("CCC").status()));
  below().LetSend();
  std::string got;
  std::thread reading([&] { got = ReadToEnd(ends_.server); });
  a.join();
  EXPECT_TRUE(first.ok()) << first;
  ASSERT_TRUE(file->SetTimeout(kLong).ok());
  EXPECT_TRUE(file->Close().ok());
  EXPECT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  reading.join();
  EXPECT_TRUE(got == data + "BBB");
}

TEST_F(SendersTest, AFileAndAWriterInOneThread) {
  const std::string data = Letters(1 << 20);
  ASSERT_TRUE(client().SetTimeout(kShort).ok());
  MakeFileOptions options;
  options.buffering = 2 << 20;
  absl::StatusOr<SocketFile> file = MakeFile(client(), "wb", options);
  ASSERT_TRUE(file.ok()) << file.status();
  below().HoldSendingAfter(1000);
  ASSERT_TRUE(file->Write(data).ok());
  EXPECT_TRUE(IsTimeout(file->Flush()));
  const std::size_t taken = data.size() - file->unsent();
  EXPECT_GT(taken, 0u);
  EXPECT_LT(taken, data.size());
  // There is no room for other data either, and none of it is taken.
  std::size_t sent = 1;
  EXPECT_TRUE(IsTimeout(client().WriteAll("!", &sent)));
  EXPECT_EQ(sent, 0u);
  below().LetSend();
  ASSERT_TRUE(file->SetTimeout(kLong).ok());
  ASSERT_TRUE(client().SetTimeout(kLong).ok());
  std::string got;
  std::thread reading([&] { got = ReadToEnd(ends_.server); });
  // The writer's data goes where it is written: behind what the file has sent.
  EXPECT_TRUE(client().WriteAll("!").ok());
  EXPECT_TRUE(file->Close().ok());
  EXPECT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  reading.join();
  EXPECT_TRUE(got == data.substr(0, taken) + "!" + data.substr(taken));
}

TEST_F(SendersTest, TwoFilesInOneThread) {
  const std::string data = Letters(1 << 20);
  ASSERT_TRUE(client().SetTimeout(kShort).ok());
  MakeFileOptions options;
  options.buffering = 2 << 20;
  SocketFile first = *MakeFile(client(), "wb", options);
  SocketFile second = *MakeFile(client(), "wb");
  below().HoldSendingAfter(1000);
  ASSERT_TRUE(first.Write(data).ok());
  ASSERT_TRUE(second.Write("BBB").ok());
  EXPECT_TRUE(IsTimeout(first.Flush()));
  EXPECT_FALSE(second.Flush().ok());
  EXPECT_EQ(second.unsent(), 3u);
  below().LetSend();
  ASSERT_TRUE(first.SetTimeout(kLong).ok());
  std::string got;
  std::thread reading([&] { got = ReadToEnd(ends_.server); });
  EXPECT_TRUE(first.Close().ok());
  EXPECT_TRUE(second.Close().ok());
  EXPECT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  reading.join();
  EXPECT_TRUE(got == data + "BBB");
}

// What was taken goes ahead of whatever comes next, whichever function that is,
// and whatever has become of the object that it was written to.
TEST_F(SendersTest, WhatWasTakenGoesAheadOfWhatComesNext) {
  const std::string data = Letters(60000);
  using Writes = std::function<std::size_t(TlsSocket&)>;
  const Writes firsts[] = {
      [&](TlsSocket& socket) {
        std::size_t sent = 0;
        EXPECT_TRUE(IsTimeout(socket.WriteAll(data, &sent)));
        return sent;
      },
      [&](TlsSocket& socket) {
        std::size_t taken = 0;
        for (;;) {
          const absl::StatusOr<std::size_t> some =
              socket.Write(absl::string_view(data).substr(taken));
          if (!some.ok()) {
            EXPECT_TRUE(IsTimeout(some.status())) << some.status();
            return taken;
          }
          taken += *some;
        }
      },
      [&](TlsSocket& socket) {
        SocketFile file = *MakeFile(socket, "wb");
        EXPECT_TRUE(IsTimeout(file.Write(data)) || IsTimeout(file.Flush()));
        // The file is gone after this.
        return data.size() - file.unsent();
      },
      [&](TlsSocket& socket) {
        const std::unique_ptr<Stream> copy = *socket.Dup();
        std::size_t sent = 0;
        EXPECT_TRUE(IsTimeout(copy->WriteAll(data, &sent)));
        return sent;
      },
  };
  using Next = std::function<absl::Status(TlsSocket&)>;
  const Next nexts[] = {
      [](TlsSocket& socket) { return socket.WriteAll("!"); },
      [](TlsSocket& socket) { return socket.Write("!").status(); },
      [](TlsSocket& socket) {
        absl::StatusOr<SocketFile> file = MakeFile(socket, "w");
        if (!file.ok()) return file.status();
        absl::Status status = file->Write("!");
        if (status.ok()) status = file->Close();
        return status;
      },
      [](TlsSocket& socket) { return socket.WriteAll(""); },
      [](TlsSocket&) { return absl::OkStatus(); },
  };
  for (const Writes& writes : firsts) {
    for (std::size_t next = 0; next < std::size(nexts); ++next) {
      SCOPED_TRACE(absl::StrCat(&writes - firsts, " ", next));
      Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
      ASSERT_TRUE(ends.client.SetTimeout(kShort).ok());
      below().HoldSendingAfter(20000);
      std::string expected = data.substr(0, writes(ends.client));
      EXPECT_GT(expected.size(), 0u);
      below().LetSend();
      ASSERT_TRUE(ends.client.SetTimeout(kLong).ok());
      const absl::Status status = nexts[next](ends.client);
      EXPECT_TRUE(status.ok()) << status;
      if (next < 3) expected += "!";
      EXPECT_TRUE(ends.client.Close().ok());
      absl::Status end;
      EXPECT_TRUE(ReadToEnd(ends.server, &end) == expected);
      EXPECT_TRUE(end.ok()) << end;
    }
  }
}

// The writer has given up. A thread that only reads sends what was taken, so
// that the peer can answer.
TEST_F(SendersTest, AReaderSendsWhatAWriterHasLeft) {
  const std::string question = Letters(10000);
  for (const absl::Duration gives_up : {absl::ZeroDuration(), kShort}) {
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    ASSERT_TRUE(ends.client.SetTimeout(gives_up).ok());
    below().HoldSendingAfter(1000);
    std::size_t sent = 0;
    const absl::Status status = ends.client.WriteAll(question, &sent);
    EXPECT_TRUE(IsTimeout(status) || IsWouldBlock(status)) << status;
    EXPECT_EQ(sent, question.size());
    std::thread answering([&] {
      std::string got;
      while (got.size() < question.size()) {
        const absl::StatusOr<std::string> more = ends.server.Read(65536);
        ASSERT_TRUE(more.ok() && !more->empty()) << more.status();
        got += *more;
      }
      EXPECT_TRUE(got == question);
      EXPECT_TRUE(ends.server.WriteAll("answer").ok());
    });
    ASSERT_TRUE(ends.client.SetTimeout(absl::InfiniteDuration()).ok());
    absl::StatusOr<std::string> answer;
    std::thread reading([&] { answer = ends.client.Read(100); });
    below().LetSend();
    reading.join();
    answering.join();
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(*answer, "answer");
  }
}

// A thread is waiting in Read when another one writes, finds no room and does
// not wait for it, or does not wait any longer.
TEST_F(SendersTest, AReaderThatWaitsTakesOverFromAWriter) {
  const std::string question = Letters(10000);
  for (const absl::Duration gives_up :
       {absl::ZeroDuration(), absl::Nanoseconds(1), kShort}) {
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    ASSERT_TRUE(ends.client.SetTimeout(absl::InfiniteDuration()).ok());
    const std::unique_ptr<Stream> writer = *ends.client.Dup();
    ASSERT_TRUE(writer->SetTimeout(gives_up).ok());
    absl::StatusOr<std::string> answer;
    const int before = below().waits();
    std::thread reading([&] { answer = ends.client.Read(100); });
    below().AwaitWaits(before + 1);
    below().HoldSendingAfter(1000);
    std::size_t sent = 0;
    const absl::Status status = writer->WriteAll(question, &sent);
    EXPECT_TRUE(IsTimeout(status) || IsWouldBlock(status)) << status;
    EXPECT_EQ(sent, question.size());
    below().LetSend();
    std::string got;
    while (got.size() < question.size()) {
      const absl::StatusOr<std::string> more = ends.server.Read(65536);
      ASSERT_TRUE(more.ok() && !more->empty()) << more.status();
      got += *more;
    }
    EXPECT_TRUE(ends.server.WriteAll("answer").ok());
    reading.join();
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(*answer, "answer");
  }
}

TEST_F(SendersTest, WritingNothingWaitsForWhatWasTaken) {
  ASSERT_TRUE(client().SetTimeout(kShort).ok());
  const std::string data = Letters(10000);
  below().HoldSendingAfter(1000);
  std::size_t sent = 0;
  EXPECT_TRUE(IsTimeout(client().WriteAll(data, &sent)));
  EXPECT_EQ(sent, data.size());
  EXPECT_TRUE(IsTimeout(client().WriteAll("")));
  ASSERT_TRUE(client().SetTimeout(absl::InfiniteDuration()).ok());
  absl::Status status;
  std::thread waiting([&] { status = client().WriteAll(""); });
  below().LetSend();
  waiting.join();
  EXPECT_TRUE(status.ok()) << status;
  std::string got;
  while (got.size() < data.size()) got += ends_.server.Read(65536).value();
  EXPECT_TRUE(got == data);
}

TEST_F(SendersTest, ASignalDoesNotEndABlockingWrite) {
  ASSERT_TRUE(client().SetBlocking(true).ok());
  const std::string data = Letters(100000);
  below().HoldSendingAfter(50000);
  below().InterruptNextWait();
  absl::Status status;
  std::size_t sent = 0;
  std::thread writing([&] { status = client().WriteAll(data, &sent); });
  std::string got;
  std::thread reading([&] { got = ReadToEnd(ends_.server); });
  below().AwaitHeld();
  below().LetSend();
  writing.join();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(sent, data.size());
  EXPECT_TRUE(client().WriteAll("!").ok());
  EXPECT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  reading.join();
  EXPECT_TRUE(got == data + "!");
}

// What the senders report is exact, and what was taken arrives unless kBoth has
// cut it off.
TEST_F(SendersTest, AShutdownEndsAllOfThem) {
  for (const absl::Duration mode : kModes) {
    for (const ShutdownHow how : {ShutdownHow::kWrite, ShutdownHow::kBoth}) {
      Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
      ASSERT_TRUE(ends.client.SetTimeout(mode).ok());
      below().HoldSendingAfter(100000);
      std::array<absl::Status, 3> statuses;
      std::array<std::size_t, 3> sent = {};
      std::vector<std::thread> senders;
      for (std::size_t i = 0; i < statuses.size(); ++i) {
        senders.emplace_back([&, i] {
          statuses[i] = ends.client.WriteAll(
              std::string(1 << 20, static_cast<char>('A' + i)), &sent[i]);
        });
      }
      below().AwaitHeld();
      absl::Status shutdown;
      std::thread ending([&] { shutdown = ends.client.Shutdown(how); });
      for (std::thread& sender : senders) sender.join();
      below().LetSend();
      ending.join();
      for (const absl::Status& status : statuses) {
        EXPECT_TRUE(IsBrokenPipe(status)) << status;
      }
      EXPECT_TRUE(shutdown.ok()) << shutdown;
      absl::Status end;
      const std::string got = ReadToEnd(ends.server, &end);
      if (how == ShutdownHow::kBoth) {
        EXPECT_LE(got.size(), 100000u);
        continue;
      }
      EXPECT_TRUE(end.ok()) << end;
      for (std::size_t i = 0; i < sent.size(); ++i) {
        EXPECT_EQ(
            std::count(got.begin(), got.end(), static_cast<char>('A' + i)),
            sent[i]);
      }
    }
  }
}

// The data of one sender: bytes that tell the sender and count up, so that a
// byte that is lost, doubled or moved shows.
class Counter {
 public:
  static constexpr int kSenders = 8;

  explicit Counter(int sender) : sender_(sender) {}

  // The next `size` bytes. Does not count them.
  std::string Peek(std::size_t size) const {
    std::string data(size, '\0');
    for (std::size_t i = 0; i < size; ++i) data[i] = At(taken_ + i);
    return data;
  }
  void Take(std::size_t size) { taken_ += size; }
  std::size_t taken() const { return taken_; }

  // Checks that `data`, which all senders have sent, has this one's bytes.
  void Check(absl::string_view data) const {
    std::size_t count = 0;
    for (const char byte : data) {
      if (static_cast<unsigned char>(byte) / kPeriod != sender_) continue;
      ASSERT_EQ(byte, At(count)) << "sender " << sender_ << " at " << count;
      ++count;
    }
    EXPECT_EQ(count, taken_) << "sender " << sender_;
  }

 private:
  static constexpr int kPeriod = 31;

  char At(std::size_t position) const {
    return static_cast<char>(sender_ * kPeriod +
                             static_cast<int>(position % kPeriod));
  }

  const int sender_;
  std::size_t taken_ = 0;
};

// Senders of every kind at once, each with a timeout of its own or cancelled,
// over a connection that stops again and again, in every place of a record.
TEST_F(SendersTest, WhatArrivesIsTheSumOfWhatWasReported) {
  constexpr int kMessages = 60;
  using SendOne = std::function<std::size_t(Stream&, absl::string_view)>;
  const SendOne write_all = [](Stream& stream, absl::string_view data) {
    std::size_t sent = 0;
    const absl::Status status = stream.WriteAll(data, &sent);
    EXPECT_TRUE(status.ok() || IsTimeout(status) || IsWouldBlock(status))
        << status;
    if (status.ok()) {
      EXPECT_EQ(sent, data.size());
    }
    return sent;
  };
  const SendOne write = [](Stream& stream, absl::string_view data) {
    std::size_t sent = 0;
    while (sent < data.size()) {
      const absl::StatusOr<std::size_t> some = stream.Write(data.substr(sent));
      if (!some.ok()) {
        EXPECT_TRUE(IsTimeout(some.status()) || IsWouldBlock(some.status()))
            << some.status();
        break;
      }
      sent += *some;
    }
    return sent;
  };
  const SendOne tries = [](Stream& stream, absl::string_view data) {
    std::size_t sent = 0;
    while (sent < data.size()) {
      const StreamTry tried = stream.TryWrite(data.substr(sent), TryMode::kNow);
      EXPECT_TRUE(tried.status.ok()) << tried.status;
      sent += tried.size;
      if (!tried.status.ok() ||
          !stream.Wait(tried, absl::Milliseconds(1), {}).ok()) {
        break;
      }
    }
    return sent;
  };
  std::mutex mutex;
  bool over = false;
  // The newest token. It is cancelled again and again.
  Cancellation token;
  const SendOne cancelled = [&](Stream& stream, absl::string_view data) {
    const Cancellation own;
    EXPECT_TRUE(stream.SetCancellation(own).ok());
    {
      const std::lock_guard<std::mutex> lock(mutex);
      token = own;
    }
    std::size_t sent = 0;
    const absl::Status status = stream.WriteAll(data, &sent);
    EXPECT_TRUE(status.ok() || mortise::IsCancelled(status)) << status;
    return sent;
  };
  const SendOne file = [](Stream& stream, absl::string_view data) {
    SocketFile writer = *MakeFile(stream, "wb");
    absl::Status status = writer.Write(data);
    // A Write that fails has taken none of its data into the buffer, or all.
    while (IsTimeout(status)) status = writer.Write(data);
    EXPECT_TRUE(status.ok()) << status;
    writer.Flush().IgnoreError();
    return data.size() - writer.unsent();
  };
  struct Kind {
    SendOne send;
    absl::Duration timeout;
  };
  const Kind kinds[] = {
      {write_all, absl::Milliseconds(2)}, {write_all, kLong},
      {write_all, absl::ZeroDuration()},  {write, absl::Milliseconds(1)},
      {write, absl::InfiniteDuration()},  {tries, kLong},
      {file, absl::Milliseconds(2)},      {cancelled, absl::InfiniteDuration()},
  };
  static_assert(std::size(kinds) == Counter::kSenders, "one kind each");

  std::vector<Counter> counters;
  for (int i = 0; i < Counter::kSenders; ++i) counters.emplace_back(i);
  std::vector<std::thread> senders;
  below().HoldSendingAfter(0);
  for (std::size_t i = 0; i < std::size(kinds); ++i) {
    senders.emplace_back([&, i] {
      const std::unique_ptr<Stream> stream = *client().Dup();
      ASSERT_TRUE(stream->SetTimeout(kinds[i].timeout).ok());
      std::minstd_rand random(static_cast<std::uint32_t>(i + 1));
      for (int message = 0; message < kMessages; ++message) {
        const std::string data = counters[i].Peek(1 + random() % 50000);
        counters[i].Take(kinds[i].send(*stream, data));
      }
    });
  }
  // Makes some more room each time that a sender has found none.
  std::thread stopping_and_going([&] {
    std::minstd_rand random(99);
    for (;;) {
      {
        const std::lock_guard<std::mutex> lock(mutex);
        if (over) return;
        token.Cancel();
        below().HoldSendingAfter(1 + random() % 60000);
      }
      below().AwaitHeld();
    }
  });
  std::string got;
  absl::Status end;
  std::thread reading([&] { got = ReadToEnd(ends_.server, &end); });
  for (std::thread& sender : senders) sender.join();
  {
    const std::lock_guard<std::mutex> lock(mutex);
    over = true;
    below().LetSend();
  }
  stopping_and_going.join();
  ASSERT_TRUE(client().SetTimeout(kLong).ok());
  ASSERT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  reading.join();
  EXPECT_TRUE(end.ok()) << end;
  for (const Counter& counter : counters) counter.Check(got);
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
