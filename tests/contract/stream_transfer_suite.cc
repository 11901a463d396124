// Read, Write and WriteAll.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/stream_pair.h"
#include "mortise/tests/contract/stream_pair_suites.h"
#include "mortise/tests/contract/test_thread.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(StreamTransferContract, BytesArriveAsTheyWereWritten) {
  const std::string data("\0 \xff\n\r\0x", 7);
  ASSERT_THAT(client().WriteAll(data), IsOk());
  ASSERT_THAT(server().WriteAll("answer"), IsOk());
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  ASSERT_THAT(server().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_EQ(ReadToEnd(server()), data);
  EXPECT_EQ(ReadToEnd(client()), "answer");
}

TEST_P(StreamTransferContract, ReadTakesNoMoreThanItWasAskedFor) {
  ASSERT_THAT(client().WriteAll("abcdefghij"), IsOk());
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  std::string got;
  char buffer[8] = "-------";
  while (got.size() < 3) {
    const absl::StatusOr<std::size_t> size =
        server().Read(absl::MakeSpan(buffer, 3 - got.size()));
    ASSERT_THAT(size, IsOk());
    ASSERT_GT(*size, 0u);
    got.append(buffer, *size);
  }
  EXPECT_EQ(got, "abc");
  EXPECT_EQ(absl::string_view(buffer + 3), "----");
  EXPECT_THAT(server().Read(absl::Span<char>()), IsOkAndHolds(0u));
  EXPECT_THAT(server().Read(0), IsOkAndHolds(""));
  EXPECT_THAT(
      server().Read(Socket::kMaxBufSize + 1),
      RefusesArgument(absl::StatusCode::kOutOfRange, "read", "bufsize"));
  EXPECT_EQ(ReadToEnd(server()), "defghij");
}

TEST_P(StreamTransferContract, WriteSaysHowMuchItTook) {
  const std::string data = Pattern(100000);
  Background<std::string> reading([this] { return ReadToEnd(server()); });
  absl::string_view rest = data;
  while (!rest.empty()) {
    const absl::StatusOr<std::size_t> size = client().Write(rest);
    ASSERT_THAT(size, IsOk());
    ASSERT_GT(*size, 0u);
    ASSERT_LE(*size, rest.size());
    rest.remove_prefix(*size);
  }
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_TRUE(reading.Result() == data);
}

TEST_P(StreamTransferContract, WithoutDataThereIsNothingToDo) {
  std::size_t sent = 9;
  EXPECT_THAT(client().WriteAll("", &sent), IsOk());
  EXPECT_EQ(sent, 0u);
  EXPECT_THAT(client().Write(""), IsOkAndHolds(0u));
  ASSERT_THAT(client().WriteAll("x", &sent), IsOk());
  EXPECT_EQ(sent, 1u);
  EXPECT_THAT(server().Read(64), IsOkAndHolds("x"));
}

TEST_P(StreamTransferContract, MuchGoesBothWaysAtOnce) {
  const std::string there = Pattern(kMuch);
  const std::string back(there.rbegin(), there.rend());
  const auto write = [](Stream& stream, const std::string& data) {
    absl::Status status = stream.WriteAll(data);
    if (status.ok()) status = stream.Shutdown(ShutdownHow::kWrite);
    return status;
  };
  Background<absl::Status> writing_there(
      [&] { return write(client(), there); });
  Background<absl::Status> writing_back([&] { return write(server(), back); });
  Background<std::string> reading_back([&] { return ReadToEnd(client()); });
  EXPECT_TRUE(ReadToEnd(server()) == there);
  EXPECT_TRUE(reading_back.Result() == back);
  EXPECT_THAT(writing_there.Result(), IsOk());
  EXPECT_THAT(writing_back.Result(), IsOk());
}

TEST_P(StreamTransferContract, ManyBytesGoOneByOne) {
  const std::string data = Pattern(2000);
  Background<absl::Status> writing([&] {
    for (const char byte : data) {
      absl::Status status = client().WriteAll(absl::string_view(&byte, 1));
      if (!status.ok()) return status;
    }
    return client().Shutdown(ShutdownHow::kWrite);
  });
  std::string got;
  for (;;) {
    const absl::StatusOr<std::string> byte = server().Read(1);
    ASSERT_THAT(byte, IsOk());
    if (byte->empty()) break;
    got += *byte;
  }
  EXPECT_TRUE(got == data);
  EXPECT_THAT(writing.Result(), IsOk());
}

// The bytes of sender number `sender`: they count from 64 * `sender` on, and
// begin anew after 64.
constexpr std::size_t kSenders = 3;
char ByteOf(std::size_t sender, std::size_t place) {
  return static_cast<char>(64 * sender + place % 64);
}

// Reads until the end, and expects that each sender's bytes are in order.
// Returns how many bytes came from each.
std::array<std::size_t, kSenders> ReadFromSenders(Stream& stream) {
  std::array<std::size_t, kSenders> counts = {};
  for (const char byte : ReadToEnd(stream)) {
    const std::size_t sender = static_cast<std::uint8_t>(byte) / 64;
    if (sender >= kSenders || byte != ByteOf(sender, counts[sender])) {
      ADD_FAILURE() << "sender " << sender << ": byte " << counts[sender];
      return counts;
    }
    ++counts[sender];
  }
  return counts;
}

std::string BytesOf(std::size_t sender, std::size_t from, std::size_t size) {
  std::string data(size, '\0');
  for (std::size_t i = 0; i < size; ++i) data[i] = ByteOf(sender, from + i);
  return data;
}

TEST_P(StreamTransferContract, SeveralThreadsWrite) {
  constexpr std::size_t kEach = 100000;
  constexpr std::size_t kPiece = 1000;
  Background<std::array<std::size_t, kSenders>> reading(
      [this] { return ReadFromSenders(server()); });
  std::vector<TestThread> writers;
  for (std::size_t sender = 0; sender < kSenders; ++sender) {
    writers.emplace_back([this, sender] {
      for (std::size_t at = 0; at < kEach; at += kPiece) {
        EXPECT_THAT(client().WriteAll(BytesOf(sender, at, kPiece)), IsOk());
      }
    });
  }
  for (TestThread& writer : writers) writer.join();
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  for (const std::size_t count : reading.Result()) EXPECT_EQ(count, kEach);
}

// Senders with timeouts of their own, which go on with other calls after one
// that failed. What arrives is what the calls said, once and in order.
TEST_P(StreamTransferContract, WhatSeveralSendersWereToldIsWhatArrives) {
  constexpr int kCalls = 100;
  const absl::Duration timeouts[kSenders] = {
      absl::ZeroDuration(), absl::Milliseconds(1), absl::Milliseconds(3)};
  std::array<std::size_t, kSenders> sent = {};
  std::vector<std::unique_ptr<Stream>> copies;
  for (const absl::Duration timeout : timeouts) {
    absl::StatusOr<std::unique_ptr<Stream>> copy = client().Dup();
    ASSERT_THAT(copy, IsOk());
    // Non-blocking mode can be shared by duplicates of a socket, which is what
    // makes a blocking one wait outside of the system.
    ASSERT_THAT((*copy)->SetTimeout(timeout), IsOk());
    copies.push_back(*std::move(copy));
  }
  std::vector<TestThread> writers;
  for (std::size_t sender = 0; sender < kSenders; ++sender) {
    writers.emplace_back([&, sender] {
      for (int i = 0; i < kCalls; ++i) {
        std::size_t size = 0;
        const absl::Status status =
            copies[sender]->WriteAll(BytesOf(sender, sent[sender], 777), &size);
        sent[sender] += size;
        if (status.ok()) {
          EXPECT_EQ(size, 777u);
        } else {
          EXPECT_TRUE(IsOwnTimeout(status) || IsWouldBlock(status)) << status;
        }
      }
    });
  }
  // It begins to read when the senders are in each other's way.
  Background<std::array<std::size_t, kSenders>> reading(
      [this] { return ReadFromSenders(server()); });
  for (TestThread& writer : writers) writer.join();
  ASSERT_THAT(client().SetTimeout(kLong), IsOk());
  EXPECT_THAT(client().WriteAll(""), IsOk());
  copies.clear();
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_EQ(reading.Result(), sent);
}

}  // namespace
}  // namespace contract
}  // namespace mortise
