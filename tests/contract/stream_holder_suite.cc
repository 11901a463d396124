// SocketFile, SocketStream and SendFile on a stream.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_stream.h"
#include "mortise/core/stream.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/stream_pair.h"
#include "mortise/tests/contract/stream_pair_suites.h"
#include "mortise/tests/contract/temporary_file.h"

namespace mortise {
namespace contract {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(20);

SocketFile MustMakeFile(const Stream& stream, absl::string_view mode,
                        const MakeFileOptions& options = {}) {
  absl::StatusOr<SocketFile> file = MakeFile(stream, mode, options);
  EXPECT_THAT(file, IsOk());
  return file.ok() ? *std::move(file) : SocketFile();
}

TEST_P(StreamHolderContract, LinesGoBothWays) {
  SocketFile file = MustMakeFile(client(), "rw");
  absl::StatusOr<SocketFile> other = MakeFile(std::move(pair().server), "rw");
  ASSERT_THAT(other, IsOk());
  ASSERT_THAT(file.Write("question\n"), IsOk());
  ASSERT_THAT(file.Flush(), IsOk());
  EXPECT_THAT(other->ReadLine(), IsOkAndHolds("question\n"));
  ASSERT_THAT(other->Write("answer\r\nin two lines\n"), IsOk());
  ASSERT_THAT(other->Flush(), IsOk());
  EXPECT_THAT(file.ReadLine(), IsOkAndHolds("answer\n"));
  EXPECT_THAT(file.ReadLine(), IsOkAndHolds("in two lines\n"));
  // The file is on a duplicate.
  ASSERT_THAT(file.Close(), IsOk());
  ASSERT_THAT(client().WriteAll("by the stream\n"), IsOk());
  EXPECT_THAT(other->ReadLine(), IsOkAndHolds("by the stream\n"));
}

TEST_P(StreamHolderContract, MuchGoesThroughBuffersOfEverySize) {
  const std::string data = Pattern(100000);
  for (const int buffering : {-1, 0, 1, 3000}) {
    ASSERT_NO_FATAL_FAILURE(MakeNewPair());
    MakeFileOptions options;
    options.buffering = buffering;
    SocketFile writing = MustMakeFile(client(), "wb", options);
    Background<absl::Status> sending([&] {
      for (std::size_t at = 0; at < data.size(); at += 7000) {
        absl::Status status =
            writing.Write(absl::string_view(data).substr(at, 7000));
        if (!status.ok()) return status;
      }
      absl::Status status = writing.Close();
      if (status.ok()) status = client().Shutdown(ShutdownHow::kWrite);
      return status;
    });
    SocketFile reading = MustMakeFile(server(), "rb", options);
    const absl::StatusOr<std::string> first = reading.Read(50000);
    ASSERT_THAT(first, IsOk());
    EXPECT_EQ(first->size(), 50000u);
    const absl::StatusOr<std::string> rest = reading.Read();
    ASSERT_THAT(rest, IsOk());
    EXPECT_THAT(sending.Result(), IsOk());
    EXPECT_TRUE(*first + *rest == data);
  }
}

TEST_P(StreamHolderContract, OneThreadReadsAFileWhileAnotherWritesIt) {
  SocketFile file = MustMakeFile(client(), "rw");
  SocketFile echo = MustMakeFile(server(), "rw");
  constexpr int kLines = 500;
  Background<absl::Status> echoing([&] {
    absl::Status status;
    for (const std::string& line : echo) {
      status = echo.Write(line);
      if (status.ok()) status = echo.Flush();
      if (!status.ok()) return status;
    }
    return echo.status();
  });
  Background<absl::Status> writing([&] {
    absl::Status status;
    for (int i = 0; i < kLines && status.ok(); ++i) {
      status = file.Write(absl::StrCat("line ", i, "\n"));
    }
    if (status.ok()) status = file.Flush();
    if (status.ok()) status = client().Shutdown(ShutdownHow::kWrite);
    return status;
  });
  for (int i = 0; i < kLines; ++i) {
    ASSERT_THAT(file.ReadLine(), IsOkAndHolds(absl::StrCat("line ", i, "\n")));
  }
  EXPECT_THAT(writing.Result(), IsOk());
  EXPECT_THAT(echoing.Result(), IsOk());
}

TEST_P(StreamHolderContract, ATimeoutInALineLosesNothing) {
  SocketFile file = MustMakeFile(client(), "r");
  ASSERT_THAT(file.SetTimeout(kShort), IsOk());
  ASSERT_THAT(server().WriteAll("half a "), IsOk());
  EXPECT_THAT(file.ReadLine(), Fails(IsTimeout));
  ASSERT_THAT(file.SetTimeout(kLong), IsOk());
  ASSERT_THAT(server().WriteAll("line\n"), IsOk());
  EXPECT_THAT(file.ReadLine(), IsOkAndHolds("half a line\n"));
}

// Bytes that are written and find no room are sent later, once and in order.
TEST_P(StreamHolderContract, UnsentBytesAreSentOnceByTheNextFlush) {
  const std::string data = Pattern(kMuch);
  for (const absl::Duration timeout : {absl::ZeroDuration(), kShort}) {
    ASSERT_NO_FATAL_FAILURE(MakeNewPair());
    SocketFile file = MustMakeFile(client(), "wb");
    ASSERT_THAT(file.SetTimeout(timeout), IsOk());
    ASSERT_THAT(file.Write(data), IsOk());
    EXPECT_GT(file.unsent(), 0u);
    EXPECT_LT(file.unsent(), data.size());
    EXPECT_FALSE(file.Flush().ok());
    // None of these bytes is taken.
    EXPECT_FALSE(file.Write("more").ok());
    ASSERT_THAT(file.SetTimeout(kLong), IsOk());
    Background<absl::Status> sending([&] {
      absl::Status status = file.Flush();
      if (status.ok()) status = file.Write("!");
      if (status.ok()) status = file.Close();
      if (status.ok()) status = client().SetTimeout(kLong);
      if (status.ok()) status = client().Shutdown(ShutdownHow::kWrite);
      return status;
    });
    EXPECT_TRUE(ReadToEnd(server()) == data + "!");
    EXPECT_THAT(sending.Result(), IsOk());
  }
}

TEST_P(StreamHolderContract, AnIostreamReadsAndWrites) {
  SocketStream stream(static_cast<const Stream&>(client()));
  SocketStream other(std::move(pair().server));
  stream << "number " << 42 << "\n";
  // Reading sends the question first.
  Background<std::string> answering([&] {
    std::string word;
    int number = 0;
    other >> word >> number;
    other << word << " " << number + 1 << std::endl;
    return word;
  });
  std::string line;
  EXPECT_TRUE(std::getline(stream, line));
  EXPECT_EQ(line, "number 43");
  EXPECT_EQ(answering.Result(), "number");
  ASSERT_THAT(stream.SetTimeout(kShort), IsOk());
  EXPECT_FALSE(std::getline(stream, line));
  EXPECT_TRUE(stream.bad());
  EXPECT_THAT(stream.status(), Fails(IsTimeout));
}

TEST_P(StreamHolderContract, AFileIsSentWholeOrInPart) {
  const std::string data = Pattern(200000);
  const TemporaryFile file(data);
  Background<std::string> receiving([this] { return ReadToEnd(server()); });
  std::uint64_t sent = 0;
  EXPECT_THAT(SendFile(client(), file.get(), 0, kToTheEnd, &sent),
              IsOkAndHolds(data.size()));
  EXPECT_EQ(sent, data.size());
  ASSERT_THAT(client().SetTimeout(kLong), IsOk());
  EXPECT_THAT(SendFile(client(), file.get(), 5, 10), IsOkAndHolds(10u));
  EXPECT_THAT(SendFile(client(), file.get(), 199999, 10), IsOkAndHolds(1u));
  EXPECT_THAT(SendFile(client(), file.get(), 200000), IsOkAndHolds(0u));
  ASSERT_THAT(client().Shutdown(ShutdownHow::kWrite), IsOk());
  EXPECT_TRUE(receiving.Result() ==
              data + data.substr(5, 10) + data.substr(199999));
}

TEST_P(StreamHolderContract, ASendFileThatFailsSaysHowMuchWasSent) {
  const std::string data = Pattern(kMuch);
  const TemporaryFile file(data);
  for (const absl::Duration timeout : {absl::ZeroDuration(), kShort}) {
    ASSERT_NO_FATAL_FAILURE(MakeNewPair());
    ASSERT_THAT(client().SetTimeout(timeout), IsOk());
    std::uint64_t sent = 0;
    const absl::StatusOr<std::uint64_t> size =
        SendFile(client(), file.get(), 0, kToTheEnd, &sent);
    if (timeout == absl::ZeroDuration()) {
      EXPECT_THAT(size, IsOkAndHolds(sent));
    } else {
      EXPECT_THAT(size, Fails(absl::StatusCode::kDeadlineExceeded, IsTimeout));
    }
    EXPECT_GT(sent, 0u);
    EXPECT_LT(sent, data.size());
    ASSERT_THAT(client().SetTimeout(absl::InfiniteDuration()), IsOk());
    Background<absl::StatusOr<std::uint64_t>> sending([&] {
      absl::StatusOr<std::uint64_t> rest = SendFile(client(), file.get(), sent);
      client().Shutdown(ShutdownHow::kWrite).IgnoreError();
      return rest;
    });
    EXPECT_TRUE(ReadToEnd(server()) == data);
    EXPECT_THAT(sending.Result(), IsOkAndHolds(data.size() - sent));
  }
}

TEST_P(StreamHolderContract, AProgressTimeoutEndsASendFileThatStandsStill) {
  const std::string data = Pattern(kMuch);
  const TemporaryFile file(data);
  std::uint64_t sent = 0;
  EXPECT_THAT(SendFile(client(), file.get(), 0, kToTheEnd, &sent, kShort),
              Fails(IsTimeout));
  EXPECT_GT(sent, 0u);
  EXPECT_LT(sent, data.size());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
