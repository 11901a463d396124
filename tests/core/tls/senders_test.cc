// Several senders on one connection: threads, files, and data that a failed
// call has left behind. The peer gets what was reported as sent, once and in
// order.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iterator>
#include <mutex>  // NOLINT(build/c++11)
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/message.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
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

// The call of the first sender goes on for as long as it takes, whatever the
// results of other senders' calls are in the meantime.
TEST_F(SendersTest, OneThatFailsTakesNothingFromTheFirst) {
  const std::string data = Letters(1 << 20);
  below().HoldSendingAfter(100000);
  absl::StatusOr<SocketFile> file = MakeFile(client().socket(), "wb");
  ASSERT_TRUE(file.ok()) << file.status();
  absl::StatusOr<Socket> copy = client().socket().Dup();
  ASSERT_TRUE(copy.ok()) << copy.status();
  absl::Status first;
  std::thread a([&] { first = client().WriteAll(data); });
  below().AwaitHeld();
  ASSERT_TRUE(file->SetTimeout(kShort).ok());
  ASSERT_TRUE(copy->SetTimeout(kShort).ok());
  EXPECT_TRUE(file->Write("BBB").ok());
  EXPECT_TRUE(IsTimeout(file->Flush()));
  EXPECT_TRUE(IsTimeout(copy->SendAll("CCC")));
  EXPECT_TRUE(IsTimeout(copy->Send("CCC").status()));
  EXPECT_TRUE(IsTimeout(SendMsg(*copy, {"CC", "C"}).status()));
  ASSERT_TRUE(copy->SetTimeout(absl::ZeroDuration()).ok());
  EXPECT_TRUE(IsWouldBlock(copy->SendAll("CCC")));
  EXPECT_TRUE(IsWouldBlock(copy->Send("CCC").status()));
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
  absl::StatusOr<SocketFile> file = MakeFile(client().socket(), "wb", options);
  ASSERT_TRUE(file.ok()) << file.status();
  below().HoldSendingAfter(100000);
  ASSERT_TRUE(file->Write(data).ok());
  EXPECT_TRUE(IsTimeout(file->Flush()));
  EXPECT_GT(file->unsent(), 0u);
  // These bytes are not sent, however often the caller tries.
  EXPECT_FALSE(client().WriteAll("!").ok());
  EXPECT_FALSE(client().WriteAll("!").ok());
  EXPECT_FALSE(client().Write("!").ok());
  below().LetSend();
  ASSERT_TRUE(file->SetTimeout(kLong).ok());
  std::thread flushing([&] {
    const absl::Status status = file->Close();
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  });
  EXPECT_TRUE(ReadToEnd(ends_.server) == data);
  flushing.join();
}

TEST_F(SendersTest, TwoFilesInOneThread) {
  const std::string data = Letters(1 << 20);
  ASSERT_TRUE(client().SetTimeout(kShort).ok());
  MakeFileOptions options;
  options.buffering = 2 << 20;
  SocketFile first = *MakeFile(client().socket(), "wb", options);
  SocketFile second = *MakeFile(client().socket(), "wb");
  below().HoldSendingAfter(100000);
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

// If a file is destroyed or closed, the next call that sends also sends the
// record that the file has begun.
TEST_F(SendersTest, AFileThatIsGoneIsNotInTheWay) {
  for (const bool closes : {true, false}) {
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    const std::string data = Letters(1 << 20);
    ASSERT_TRUE(ends.client.SetTimeout(kShort).ok());
    MakeFileOptions options;
    options.buffering = 2 << 20;
    absl::StatusOr<SocketFile> file =
        MakeFile(ends.client.socket(), "wb", options);
    ASSERT_TRUE(file.ok()) << file.status();
    below().HoldSendingAfter(100000);
    ASSERT_TRUE(file->Write(data).ok());
    EXPECT_TRUE(IsTimeout(file->Flush()));
    if (closes) {
      EXPECT_TRUE(IsTimeout(file->Close()));
    } else {
      *file = SocketFile();
    }
    below().LetSend();
    ASSERT_TRUE(ends.client.WriteAll("!").ok());
    ASSERT_TRUE(ends.client.Close().ok());
    absl::Status end;
    const std::string got = ReadToEnd(ends.server, &end);
    EXPECT_TRUE(end.ok()) << end;
    absl::string_view begun = got;
    EXPECT_TRUE(absl::ConsumeSuffix(&begun, "!"));
    EXPECT_TRUE(absl::StartsWith(data, begun));
    EXPECT_GE(begun.size(), 90000u);
  }
}

// This holds whichever function sends next, and however the record's own call
// has ended.
TEST_F(SendersTest, AnAbandonedRecordGoesAheadOfWhatComesNext) {
  const std::string data = Letters(20000);
  const std::function<absl::Status(TlsSocket&)> nexts[] = {
      [](TlsSocket& socket) { return socket.WriteAll("!"); },
      [](TlsSocket& socket) { return socket.Write("!").status(); },
      [](TlsSocket& socket) {
        return SendMsg(socket.socket(), {"", "!"}).status();
      },
      [](TlsSocket& socket) {
        absl::StatusOr<SocketFile> file = MakeFile(socket.socket(), "w");
        if (!file.ok()) return file.status();
        absl::Status status = file->Write("!");
        if (status.ok()) status = file->Close();
        return status;
      },
      [](TlsSocket& socket) {
        absl::Status status;
        std::thread([&] { status = socket.WriteAll("!"); }).join();
        return status;
      },
      [](TlsSocket& socket) { return socket.Shutdown(ShutdownHow::kWrite); },
  };
  for (const auto& next : nexts) {
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    ASSERT_TRUE(ends.client.SetTimeout(kShort).ok());
    below().HoldSendingAfter(1000);
    ASSERT_TRUE(IsTimeout(ends.client.WriteAll(data)));
    below().LetSend();
    const absl::Status status = next(ends.client);
    EXPECT_TRUE(status.ok()) << status;
    ASSERT_TRUE(ends.client.Close().ok());
    absl::Status end;
    std::string got = ReadToEnd(ends.server, &end);
    EXPECT_TRUE(end.ok()) << end;
    if (absl::EndsWith(got, "!")) got.pop_back();
    EXPECT_FALSE(got.empty());
    EXPECT_TRUE(absl::StartsWith(data, got));
  }
}

// On a non-blocking socket, a message of several buffers either would block,
// with a record that the same bytes continue, or takes as many bytes as it
// reports.
TEST_F(SendersTest, AMessageOfSeveralBuffersIsTakenAsItSays) {
  ASSERT_TRUE(client().SetBlocking(false).ok());
  std::minstd_rand random(7);
  const std::string data = Letters(3 << 20);
  std::string got;
  std::thread reading([&] { got = ReadToEnd(ends_.server); });
  std::size_t sent = 0;
  std::size_t refused = 0;
  while (sent < data.size()) {
    if (random() % 4 == 0) below().HoldSendingAfter(random() % 40000);
    // After a would-block, the same bytes are sent again, in other pieces.
    const absl::string_view rest = absl::string_view(data).substr(sent, 50000);
    const std::size_t one = random() % (rest.size() + 1);
    const std::size_t two = random() % (rest.size() - one + 1);
    const absl::StatusOr<std::size_t> some = SendMsg(
        client().socket(), {rest.substr(0, one), "", rest.substr(one, two),
                            rest.substr(one + two)});
    if (some.ok()) {
      ASSERT_GT(*some, 0u);
      ASSERT_LE(*some, rest.size());
      sent += *some;
      continue;
    }
    ASSERT_TRUE(IsWouldBlock(some.status())) << some.status();
    ++refused;
    below().LetSend();
  }
  below().LetSend();
  EXPECT_GT(refused, 0u);
  ASSERT_TRUE(client().SetTimeout(kLong).ok());
  EXPECT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  reading.join();
  EXPECT_TRUE(got == data);
}

// Other data may follow the bytes that were taken.
TEST_F(SendersTest, AMessageThatIsTakenInPartLeavesNothingBehind) {
  ASSERT_TRUE(client().SetBlocking(false).ok());
  const std::string data = Letters(50000);
  below().HoldSendingAfter(40000);
  const absl::StatusOr<std::size_t> sent =
      SendMsg(client().socket(), {absl::string_view(data).substr(0, 25000),
                                  absl::string_view(data).substr(25000)});
  ASSERT_TRUE(sent.ok()) << sent.status();
  below().LetSend();
  EXPECT_TRUE(client().WriteAll("!").ok());
  ASSERT_TRUE(client().Close().ok());
  EXPECT_EQ(ReadToEnd(ends_.server), data.substr(0, *sent) + "!");
}

TEST_F(SendersTest, ABlockingMessageOfSeveralBuffersIsTakenWhole) {
  ASSERT_TRUE(client().SetBlocking(true).ok());
  const std::string data = Letters(1 << 20);
  std::string got;
  std::thread reading([&] { got = ReadToEnd(ends_.server); });
  const absl::string_view all = data;
  const absl::StatusOr<std::size_t> sent = SendMsg(
      client().socket(),
      {all.substr(0, 5), all.substr(5, 100000), "", all.substr(100005)});
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(*sent, data.size());
  EXPECT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  reading.join();
  EXPECT_TRUE(got == data);
}

TEST_F(SendersTest, ASignalDoesNotEndABlockingWrite) {
  ASSERT_TRUE(client().SetBlocking(true).ok());
  const std::string data = Letters(100000);
  below().HoldSendingAfter(50000);
  below().InterruptNextWait();
  absl::StatusOr<std::size_t> sent;
  std::thread writing([&] { sent = client().Write(data); });
  std::string got;
  std::thread reading([&] { got = ReadToEnd(ends_.server); });
  below().AwaitHeld();
  below().LetSend();
  writing.join();
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(*sent, data.size());
  // Nothing is left behind because of which other data would be refused.
  EXPECT_TRUE(client().WriteAll("!").ok());
  EXPECT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  reading.join();
  EXPECT_TRUE(got == data + "!");
}

TEST_F(SendersTest, AShutdownEndsAllOfThem) {
  for (const absl::Duration mode : kModes) {
    for (const ShutdownHow how : {ShutdownHow::kWrite, ShutdownHow::kBoth}) {
      Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
      ASSERT_TRUE(ends.client.SetTimeout(mode).ok());
      below().HoldSendingAfter(100000);
      std::array<absl::Status, 3> statuses;
      std::vector<std::thread> senders;
      for (std::size_t i = 0; i < statuses.size(); ++i) {
        senders.emplace_back([&, i] {
          statuses[i] = ends.client.WriteAll(
              std::string(1 << 20, static_cast<char>('A' + i)));
        });
      }
      below().AwaitHeld();
      ends.client.Shutdown(how).IgnoreError();
      for (std::thread& sender : senders) sender.join();
      for (const absl::Status& status : statuses) {
        EXPECT_TRUE(IsBrokenPipe(status)) << status;
      }
      EXPECT_LE(ReadToEnd(ends.server).size(), 100000u);
    }
  }
}

// A platform whose files have no offsets, like pipes.
class InOrderFiles final : public ForwardingFileCalls {
 public:
  InOrderFiles() : ForwardingFileCalls(Platform::Default().files()) {}
  SysResult<std::size_t> ReadAt(NativeHandle, std::uint64_t,
                                absl::Span<char>) override {
    return {0, kNotSupportedError};
  }
  SysResult<std::size_t> ReadNext(NativeHandle,
                                  absl::Span<char> buffer) override {
    std::fill(buffer.begin(), buffer.end(), 'f');
    return {buffer.size(), 0};
  }
};

TEST_F(SendersTest, WhatAFileCannotGiveAgainIsAbandoned) {
  static Platform* const in_order = [] {
    Platform& under = below().platform();
    Platform::Parts parts = under.parts();
    parts.files = new InOrderFiles;
    return new Platform(parts, under.facts());
  }();
  Ends ends = MustMeet(TlsVersion::kTls13, in_order);
  ASSERT_TRUE(ends.client.SetTimeout(kShort).ok());
  below().HoldSendingAfter(1000);
  EXPECT_TRUE(IsTimeout(
      SendFile(ends.client.socket(), NativeHandle(0), 0, 1 << 20).status()));
  below().LetSend();
  EXPECT_TRUE(ends.client.WriteAll("!").ok());
  ASSERT_TRUE(ends.client.Close().ok());
  absl::Status end;
  const std::string got = ReadToEnd(ends.server, &end);
  EXPECT_TRUE(end.ok()) << end;
  EXPECT_EQ(Without('f', got), "!");
  EXPECT_TRUE(absl::EndsWith(got, "f!"));
}

// A call that has timed out reports how many bytes are sent, and the next call
// goes on behind them.
TEST_F(SendersTest, SendAllIsGoneOnWithWhereItSaysThatItEnded) {
  const std::string data = Letters(60000);
  for (const std::size_t held : {0, 1000, 17000, 40000}) {
    SCOPED_TRACE(held);
    Ends ends = MustMeet(TlsVersion::kTls13, &below().platform());
    ASSERT_TRUE(ends.client.SetTimeout(kShort).ok());
    below().HoldSendingAfter(held);
    std::size_t sent = 0;
    ASSERT_TRUE(IsTimeout(ends.client.socket().SendAll(data, 0, &sent)));
    below().LetSend();
    ASSERT_TRUE(ends.client.SetTimeout(absl::InfiniteDuration()).ok());
    std::string got;
    absl::Status end;
    std::thread reading([&] { got = ReadToEnd(ends.server, &end); });
    EXPECT_TRUE(ends.client.socket().SendAll(data.substr(sent)).ok());
    EXPECT_TRUE(ends.client.Close().ok());
    reading.join();
    EXPECT_TRUE(end.ok()) << end;
    EXPECT_EQ(got, data);
  }
}

// Senders write units. A unit says which sender and which message it belongs
// to, and which part of the message it is.
struct Unit {
  std::uint32_t sender : 8;
  std::uint32_t message : 24;
  std::uint32_t part;
};
static_assert(sizeof(Unit) == 8, "no padding");

std::string Message(std::size_t sender, std::size_t number, std::size_t size) {
  std::string data(size * sizeof(Unit), '\0');
  for (std::size_t i = 0; i < size; ++i) {
    Unit unit = {};
    unit.sender = static_cast<std::uint32_t>(sender) & 0xff;
    unit.message = static_cast<std::uint32_t>(number) & 0xffffff;
    unit.part = static_cast<std::uint32_t>(i);
    std::memcpy(&data[i * sizeof(Unit)], &unit, sizeof(Unit));
  }
  return data;
}

// What a sender knows of one of its messages.
struct Report {
  std::size_t size;  // In units.
  bool complete;     // If false, any part from its start may have been sent.
};

// The function with which a sender sends a message, completely or not. It
// repeats the calls that have to be repeated.
using SendOne = std::function<absl::Status(const std::string& data)>;

// Senders of every kind at once, over a connection that stops again and again.
TEST_F(SendersTest, WhatArrivesIsWhatWasReported) {
  constexpr std::size_t kMessages = 60;
  ASSERT_TRUE(client().SetTimeout(absl::Milliseconds(2)).ok());
  Socket& socket = client().socket();
  SocketFile file = *MakeFile(socket, "wb");
  // Repeats a call until it does not time out, for a sender that does not give
  // up a message once it has begun.
  const auto until_ok = [](const std::function<absl::Status()>& once) {
    absl::Status status = once();
    while (IsTimeout(status)) status = once();
    return status;
  };
  const SendOne kinds[] = {
      [&](const std::string& data) { return client().WriteAll(data); },
      [&](const std::string& data) { return client().WriteAll(data); },
      [&](const std::string& data) {
        absl::string_view rest = data;
        return until_ok([&]() -> absl::Status {
          while (!rest.empty()) {
            const absl::StatusOr<std::size_t> some = client().Write(rest);
            if (!some.ok()) return some.status();
            rest.remove_prefix(*some);
          }
          return absl::OkStatus();
        });
      },
      [&](const std::string& data) {
        absl::string_view rest = data;
        return until_ok([&]() -> absl::Status {
          while (!rest.empty()) {
            const absl::StatusOr<std::size_t> some = SendMsg(
                socket, {rest.substr(0, 8),
                         rest.substr(std::min<std::size_t>(8, rest.size()))});
            if (!some.ok()) return some.status();
            rest.remove_prefix(*some);
          }
          return absl::OkStatus();
        });
      },
      [&](const std::string& data) {
        absl::Status status = file.Write(data);
        while (IsTimeout(status)) status = file.Write(data);
        if (!status.ok()) return status;
        return until_ok([&] { return file.Flush(); });
      },
  };
  constexpr std::size_t kSenders = std::size(kinds);

  std::mutex mutex;
  bool over = false;
  std::array<std::vector<Report>, kSenders> reports;
  std::vector<std::thread> senders;
  below().HoldSendingAfter(0);
  for (std::size_t sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&, sender] {
      std::minstd_rand random(static_cast<std::uint32_t>(sender + 1));
      for (std::size_t i = 0; i < kMessages; ++i) {
        const std::size_t size = 1 + random() % 6000;
        const absl::Status status = kinds[sender](Message(sender, i, size));
        EXPECT_TRUE(status.ok() || IsTimeout(status)) << sender << status;
        reports[sender].push_back({size, status.ok()});
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
        below().HoldSendingAfter(1 + random() % 60000);
      }
      below().AwaitHeld();
    }
  });
  std::string got;
  std::thread reading([&] { got = ReadToEnd(ends_.server); });
  for (std::thread& sender : senders) sender.join();
  {
    const std::lock_guard<std::mutex> lock(mutex);
    over = true;
    below().LetSend();
  }
  stopping_and_going.join();
  ASSERT_TRUE(file.Close().ok());
  ASSERT_TRUE(client().SetTimeout(kLong).ok());
  ASSERT_TRUE(client().Shutdown(ShutdownHow::kWrite).ok());
  reading.join();

  ASSERT_EQ(got.size() % sizeof(Unit), 0u);
  // For each sender, how many units of each message have arrived.
  std::array<std::vector<std::size_t>, kSenders> come;
  for (std::vector<std::size_t>& counts : come) counts.resize(kMessages);
  std::array<std::size_t, kSenders> newest = {};
  for (std::size_t at = 0; at < got.size(); at += sizeof(Unit)) {
    Unit unit;
    std::memcpy(&unit, &got[at], sizeof(Unit));
    ASSERT_LT(unit.sender, kSenders) << at;
    ASSERT_LT(unit.message, kMessages) << at;
    ASSERT_GE(unit.message, newest[unit.sender]) << at;
    newest[unit.sender] = unit.message;
    ASSERT_EQ(unit.part, come[unit.sender][unit.message]++) << at;
  }
  for (std::size_t sender = 0; sender < kSenders; ++sender) {
    for (std::size_t i = 0; i < kMessages; ++i) {
      const Report& report = reports[sender][i];
      if (report.complete) {
        EXPECT_EQ(come[sender][i], report.size) << sender << " " << i;
      } else {
        EXPECT_LE(come[sender][i], report.size) << sender << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
