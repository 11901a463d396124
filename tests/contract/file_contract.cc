// Dup, MakeFile, SocketStream and SendFile on connections.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_stream.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/file_handle.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/temporary_file.h"

namespace mortise {
namespace contract {
namespace {

// More than the buffers of both ends hold together.
constexpr std::size_t kBig = 16 << 20;

SocketFile MustMakeFile(const Socket& socket, absl::string_view mode,
                        const MakeFileOptions& options = {}) {
  absl::StatusOr<SocketFile> file = MakeFile(socket, mode, options);
  EXPECT_THAT(file, IsOk());
  return file.ok() ? *std::move(file) : SocketFile();
}

// Continues a SendFile of `file`, which holds `data`, after the first `sent`
// bytes. Expects that the peer gets all of the file, once.
void ExpectTheRestArrives(Socket& client, Socket& server,
                          const TemporaryFile& file, const std::string& data,
                          std::uint64_t sent) {
  Background<absl::StatusOr<std::uint64_t>> sending([&client, &file, sent] {
    absl::StatusOr<std::uint64_t> size = SendFile(client, file.get(), sent);
    client.Shutdown(ShutdownHow::kWrite).IgnoreError();
    return size;
  });
  EXPECT_TRUE(ReceiveToEnd(server) == data);
  EXPECT_THAT(sending.Result(), IsOkAndHolds(data.size() - sent));
}

// Dup.

TEST_P(FileContract, ADuplicateIsTheSameConnection) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SetTimeout(kLong), IsOk());
  absl::StatusOr<Socket> copy = client.Dup();
  ASSERT_THAT(copy, IsOk());
  EXPECT_NE(copy->native_handle(), client.native_handle());
  EXPECT_EQ(copy->family(), client.family());
  EXPECT_EQ(copy->type(), client.type());
  EXPECT_EQ(copy->GetTimeout(), kLong);
  ASSERT_THAT(client.Close(), IsOk());
  ASSERT_THAT(copy->SendAll("still here"), IsOk());
  EXPECT_THAT(server.Recv(64), IsOkAndHolds("still here"));
  ASSERT_THAT(copy->Close(), IsOk());
  EXPECT_THAT(server.Recv(64), IsOkAndHolds(""));
}

TEST_P(FileContract, ADuplicateIsNotInherited) {
  auto [client, server] = MustConnectPair(transport());
  absl::StatusOr<Socket> copy = client.Dup();
  ASSERT_THAT(copy, IsOk());
  if (!contract().handles_are_descriptors) return;
  const std::optional<bool> inherits = ChildInherits(copy->native_handle());
  if (!inherits.has_value()) GTEST_SKIP() << "it cannot be found out";
  EXPECT_FALSE(*inherits);
}

// MakeFile.

TEST_P(FileContract, LinesGoBothWays) {
  auto [client, server] = MustConnectPair(transport());
  SocketFile file = MustMakeFile(client, "rw");
  SocketFile other = MustMakeFile(server, "rw");
  ASSERT_THAT(file.Write("question\n"), IsOk());
  ASSERT_THAT(file.Flush(), IsOk());
  EXPECT_THAT(other.ReadLine(), IsOkAndHolds("question\n"));
  ASSERT_THAT(other.Write("answer\r\nin two lines"), IsOk());
  ASSERT_THAT(other.Close(), IsOk());
  ASSERT_THAT(server.Close(), IsOk());
  EXPECT_THAT(file.ReadLine(), IsOkAndHolds("answer\n"));
  EXPECT_THAT(file.Read(), IsOkAndHolds("in two lines"));
  EXPECT_THAT(file.ReadLine(), IsOkAndHolds(""));
}

TEST_P(FileContract, EitherCanBeClosedFirst) {
  for (const bool socket_first : {true, false}) {
    auto [client, server] = MustConnectPair(transport());
    SocketFile file = MustMakeFile(client, "rwb");
    if (socket_first) {
      ASSERT_THAT(client.Close(), IsOk());
      ASSERT_THAT(file.Write("by the file"), IsOk());
      ASSERT_THAT(file.Flush(), IsOk());
      EXPECT_THAT(server.Recv(64), IsOkAndHolds("by the file"));
      ASSERT_THAT(file.Close(), IsOk());
    } else {
      ASSERT_THAT(file.Close(), IsOk());
      ASSERT_THAT(file.Close(), IsOk());
      ASSERT_THAT(client.SendAll("by the socket"), IsOk());
      EXPECT_THAT(server.Recv(64), IsOkAndHolds("by the socket"));
      ASSERT_THAT(client.Close(), IsOk());
    }
    EXPECT_THAT(server.Recv(64), IsOkAndHolds(""));
  }
}

TEST_P(FileContract, MuchGoesThroughBuffersOfEverySize) {
  const std::string data = Pattern(300000);
  for (const int buffering : {-1, 0, 1, 3000}) {
    MakeFileOptions options;
    options.buffering = buffering;
    auto [client, server] = MustConnectPair(transport());
    SocketFile writing = MustMakeFile(client, "wb", options);
    Background<absl::Status> sending([&, &client = client] {
      for (std::size_t at = 0; at < data.size(); at += 7000) {
        absl::Status status =
            writing.Write(absl::string_view(data).substr(at, 7000));
        if (!status.ok()) return status;
      }
      absl::Status status = writing.Close();
      // Close does not wait for room in which to tell the peer that the stream
      // ends.
      if (status.ok()) status = client.Shutdown(ShutdownHow::kWrite);
      return status;
    });
    SocketFile reading = MustMakeFile(server, "rb", options);
    std::string received;
    absl::StatusOr<std::string> piece = reading.Read(100000);
    ASSERT_THAT(piece, IsOk());
    received += *piece;
    std::string buffer(50000, '\0');
    EXPECT_THAT(reading.ReadInto(absl::Span<char>(&buffer[0], buffer.size())),
                IsOkAndHolds(buffer.size()));
    received += buffer;
    piece = reading.Read();
    ASSERT_THAT(piece, IsOk());
    received += *piece;
    EXPECT_THAT(sending.Result(), IsOk());
    EXPECT_TRUE(received == data);
  }
}

TEST_P(FileContract, ATimeoutInALineLosesNothing) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SetTimeout(absl::Milliseconds(20)), IsOk());
  SocketFile file = MustMakeFile(client, "r");
  ASSERT_THAT(server.SendAll("half a "), IsOk());
  const absl::Duration begin = Now();
  EXPECT_THAT(file.ReadLine(),
              Fails(absl::StatusCode::kDeadlineExceeded, IsTimeout));
  EXPECT_GE(Now() - begin, absl::Milliseconds(20));
  EXPECT_THAT(file.Read(), Fails(IsTimeout));
  ASSERT_THAT(file.SetTimeout(kLong), IsOk());
  ASSERT_THAT(server.SendAll("line\nand more"), IsOk());
  EXPECT_THAT(file.ReadLine(), IsOkAndHolds("half a line\n"));
  EXPECT_THAT(file.Read(8), IsOkAndHolds("and more"));
}

TEST_P(FileContract, ANonBlockingFileDoesNotWait) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  SocketFile file = MustMakeFile(client, "rwb");
  EXPECT_THAT(file.ReadLine(), Fails(IsWouldBlock));
  EXPECT_THAT(file.Read(10), Fails(IsWouldBlock));
  ASSERT_THAT(server.SendAll("part"), IsOk());
  ASSERT_TRUE(platform()
                  .readiness()
                  .Wait(client.native_handle(), WaitEvents::kReadable, kLong)
                  .value);
  EXPECT_THAT(file.ReadLine(), Fails(IsWouldBlock));
  EXPECT_THAT(file.Read(10), IsOkAndHolds("part"));
}

// Bytes that are written and find no room are sent later, once and in order.
TEST_P(FileContract, UnsentBytesAreSentOnceByTheNextFlush) {
  const std::string data = Pattern(kBig);
  for (const absl::Duration timeout :
       {absl::ZeroDuration(), absl::Milliseconds(20)}) {
    auto [client, server] = MustConnectPair(transport());
    ASSERT_THAT(client.SetTimeout(timeout), IsOk());
    SocketFile file = MustMakeFile(client, "wb");
    ASSERT_THAT(file.Write(data), IsOk());
    const std::size_t unsent = file.unsent();
    EXPECT_GT(unsent, 0u);
    EXPECT_LT(unsent, data.size());
    EXPECT_FALSE(file.Flush().ok());
    // None of these bytes is taken.
    EXPECT_FALSE(file.Write("more").ok());
    ASSERT_THAT(file.SetTimeout(kLong), IsOk());
    ASSERT_THAT(client.Close(), IsOk());
    Background<absl::Status> sending([&] {
      absl::Status status = file.Flush();
      if (status.ok()) status = file.Write("!");
      if (status.ok()) status = file.Close();
      return status;
    });
    EXPECT_TRUE(ReceiveToEnd(server) == data + "!");
    EXPECT_THAT(sending.Result(), IsOk());
  }
}

TEST_P(FileContract, OneThreadReadsWhileAnotherWrites) {
  auto [client, server] = MustConnectPair(transport());
  SocketFile file = MustMakeFile(client, "rw");
  SocketFile echo = MustMakeFile(server, "rw");
  constexpr int kLines = 2000;
  Background<absl::Status> echoing([&] {
    absl::Status status;
    for (const std::string& line : echo) {
      status = echo.Write(line);
      if (status.ok()) status = echo.Flush();
      if (!status.ok()) return status;
    }
    return echo.status();
  });
  Background<absl::Status> writing([&, &client = client] {
    absl::Status status;
    for (int i = 0; i < kLines && status.ok(); ++i) {
      status = file.Write(absl::StrCat("line ", i, "\n"));
    }
    if (status.ok()) status = file.Flush();
    if (status.ok()) status = client.Shutdown(ShutdownHow::kWrite);
    return status;
  });
  for (int i = 0; i < kLines; ++i) {
    ASSERT_THAT(file.ReadLine(), IsOkAndHolds(absl::StrCat("line ", i, "\n")));
  }
  EXPECT_THAT(writing.Result(), IsOk());
  EXPECT_THAT(echoing.Result(), IsOk());
}

TEST_P(FileContract, WritingToAPeerThatHasGoneIsAnErrorWithoutASignal) {
  std::unique_ptr<BrokenPipeWatch> watch = BrokenPipeWatch::Begin();
  auto [client, server] = MustConnectPair(transport());
  SocketFile file = MustMakeFile(client, "wb");
  ASSERT_THAT(server.Close(), IsOk());
  absl::Status status;
  for (int i = 0; i < 10000 && status.ok(); ++i) {
    status = file.Write("x");
    if (status.ok()) status = file.Flush();
  }
  EXPECT_TRUE(IsBrokenPipe(status) || IsConnectionReset(status) ||
              IsConnectionAborted(status))
      << status;
  if (watch != nullptr) {
    EXPECT_EQ(watch->signals(), 0);
  }
}

// SocketStream.

TEST_P(FileContract, AStreamReadsAndWrites) {
  auto [client, server] = MustConnectPair(transport());
  SocketStream stream(client);
  SocketStream other(server);
  stream << "number " << 42 << std::endl;
  std::string word;
  int number = 0;
  other >> word >> number;
  EXPECT_EQ(word, "number");
  EXPECT_EQ(number, 42);
  other << "answer\n";
  EXPECT_THAT(other.Close(), IsOk());
  ASSERT_THAT(server.Close(), IsOk());
  EXPECT_TRUE(std::getline(stream, word));
  EXPECT_EQ(word, "answer");
  EXPECT_FALSE(std::getline(stream, word));
  EXPECT_TRUE(stream.eof());
  EXPECT_FALSE(stream.bad());
  EXPECT_THAT(stream.status(), IsOk());
}

TEST_P(FileContract, AStreamThatTimesOutIsBad) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SetTimeout(absl::Milliseconds(10)), IsOk());
  SocketStream stream(client);
  std::string line;
  EXPECT_FALSE(std::getline(stream, line));
  EXPECT_TRUE(stream.bad());
  EXPECT_THAT(stream.status(), Fails(IsTimeout));
}

// SendFile.

TEST_P(FileContract, AFileIsSentWholeOrInPart) {
  const std::string data = Pattern(300000);
  const TemporaryFile file(data);
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    auto [client, server] = MustConnectPair(transport());
    ASSERT_THAT(client.SetTimeout(timeout), IsOk());
    Background<std::string> receiving(
        [&server = server] { return ReceiveToEnd(server); });
    std::uint64_t sent = 0;
    EXPECT_THAT(SendFile(client, file.get(), 0, kToTheEnd, &sent),
                IsOkAndHolds(data.size()));
    EXPECT_EQ(sent, data.size());
    EXPECT_THAT(SendFile(client, file.get(), 299000), IsOkAndHolds(1000u));
    EXPECT_THAT(SendFile(client, file.get(), 5, 10), IsOkAndHolds(10u));
    EXPECT_THAT(SendFile(client, file.get(), 299999, 10), IsOkAndHolds(1u));
    EXPECT_THAT(SendFile(client, file.get(), 300000), IsOkAndHolds(0u));
    EXPECT_THAT(SendFile(client, file.get(), 400000), IsOkAndHolds(0u));
    EXPECT_THAT(SendFile(client, file.get(), 0, 0), IsOkAndHolds(0u));
    EXPECT_THAT(SendFile(client, FileHandleOf(file.get()), 1, 2),
                IsOkAndHolds(2u));
    ASSERT_THAT(client.Close(), IsOk());
    EXPECT_TRUE(receiving.Result() ==
                data + data.substr(299000) + data.substr(5, 10) +
                    data.substr(299999) + data.substr(1, 2));
  }
}

TEST_P(FileContract, TheFilesPlaceStaysWhereItWas) {
  const TemporaryFile file("0123456789");
  std::array<char, 4> begin = {};
  ASSERT_EQ(std::setvbuf(file.get(), nullptr, _IONBF, 0), 0);
  ASSERT_EQ(std::fread(begin.data(), 1, 3, file.get()), 3u);
  for (const bool blocking : {true, false}) {
    auto [client, server] = MustConnectPair(transport());
    ASSERT_THAT(client.SetBlocking(blocking), IsOk());
    EXPECT_THAT(SendFile(client, file.get(), 5), IsOkAndHolds(5u));
    EXPECT_THAT(server.Recv(64), IsOkAndHolds("56789"));
  }
  EXPECT_EQ(std::fgetc(file.get()), '3');
}

TEST_P(FileContract, AnEmptyFileIsSent) {
  const TemporaryFile file("");
  auto [client, server] = MustConnectPair(transport());
  EXPECT_THAT(SendFile(client, file.get()), IsOkAndHolds(0u));
  ASSERT_THAT(client.SetTimeout(kLong), IsOk());
  EXPECT_THAT(SendFile(client, file.get()), IsOkAndHolds(0u));
}

TEST_P(FileContract, ABigFileIsSentToASlowReader) {
  const std::string data = Pattern(kBig);
  const TemporaryFile file(data);
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    auto [client, server] = MustConnectPair(transport());
    ASSERT_THAT(client.SetTimeout(timeout), IsOk());
    Background<absl::StatusOr<std::uint64_t>> sending(
        [&client = client, &file] {
          absl::StatusOr<std::uint64_t> size = SendFile(client, file.get());
          client.Shutdown(ShutdownHow::kWrite).IgnoreError();
          return size;
        });
    sending.AwaitAsleep();
    EXPECT_FALSE(sending.ended());
    EXPECT_TRUE(ReceiveToEnd(server) == data);
    EXPECT_THAT(sending.Result(), IsOkAndHolds(data.size()));
  }
}

TEST_P(FileContract, ATimeoutTellsHowMuchWasSent) {
  const std::string data = Pattern(kBig);
  const TemporaryFile file(data);
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SetTimeout(absl::Milliseconds(50)), IsOk());
  std::uint64_t sent = 0;
  EXPECT_THAT(SendFile(client, file.get(), 0, kToTheEnd, &sent),
              Fails(absl::StatusCode::kDeadlineExceeded, IsTimeout));
  EXPECT_GT(sent, 0u);
  EXPECT_LT(sent, data.size());
  // Since the number of sent bytes is known, the sending can be continued.
  ASSERT_THAT(client.SetTimeout(kLong), IsOk());
  ExpectTheRestArrives(client, server, file, data, sent);
}

TEST_P(FileContract, ATimeoutHoldsThoughADuplicateMadeTheDescriptorBlocking) {
  const std::string data = Pattern(kBig);
  const TemporaryFile file(data);
  auto [client, server] = MustConnectPair(transport());
  if (!platform().facts().wait_flags.keep_all_from_waiting()) {
    GTEST_SKIP() << "no flag keeps a send from waiting";
  }
  absl::StatusOr<Socket> duplicate = client.Dup();
  ASSERT_THAT(duplicate, IsOk());
  ASSERT_THAT(client.SetTimeout(absl::Milliseconds(20)), IsOk());
  ASSERT_THAT(duplicate->SetBlocking(true), IsOk());
  std::uint64_t sent = 0;
  EXPECT_THAT(SendFile(client, file.get(), 0, kToTheEnd, &sent),
              Fails(IsTimeout));
  EXPECT_GT(sent, 0u);
  EXPECT_LT(sent, data.size());
}

TEST_P(FileContract, AProgressTimeoutEndsABlockingSendFileThatStandsStill) {
  const std::string data = Pattern(kBig);
  const TemporaryFile file(data);
  auto [client, server] = MustConnectPair(transport());
  std::uint64_t sent = 0;
  EXPECT_THAT(
      SendFile(client, file.get(), 0, kToTheEnd, &sent, absl::Milliseconds(20)),
      Fails(IsTimeout));
  EXPECT_GT(sent, 0u);
  EXPECT_LT(sent, data.size());
  // The socket is still blocking.
  ExpectTheRestArrives(client, server, file, data, sent);
}

TEST_P(FileContract, ANonBlockingSocketTakesWhatThereIsRoomFor) {
  const std::string data = Pattern(kBig);
  const TemporaryFile file(data);
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SetBlocking(false), IsOk());
  std::uint64_t sent = 0;
  for (;;) {
    const absl::StatusOr<std::uint64_t> size =
        SendFile(client, file.get(), sent);
    if (!size.ok()) {
      EXPECT_THAT(size, Fails(absl::StatusCode::kUnavailable, IsWouldBlock));
      break;
    }
    ASSERT_GT(*size, 0u);
    sent += *size;
    ASSERT_LT(sent, data.size()) << "buffers hold everything";
  }
  ASSERT_THAT(client.Close(), IsOk());
  EXPECT_TRUE(ReceiveToEnd(server) == data.substr(0, sent));
}

// Sends a file until it becomes known that the peer is gone.
void SendToAPeerThatHasGone(Socket client, Socket server) {
  const TemporaryFile file(Pattern(300000));
  std::unique_ptr<BrokenPipeWatch> watch = BrokenPipeWatch::Begin();
  ASSERT_THAT(server.Close(), IsOk());
  absl::Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) {
    status = SendFile(client, file.get()).status();
  }
  EXPECT_TRUE(IsBrokenPipe(status) || IsConnectionReset(status) ||
              IsConnectionAborted(status))
      << status;
  if (watch != nullptr) {
    EXPECT_EQ(watch->signals(), 0);
  }
}

TEST_P(FileContract, AFileIsSentToAPeerThatHasGoneWithoutASignal) {
  MORTISE_SKIP_UNDER_WINE("TransmitFile may wait on after a reset");
  auto [client, server] = MustConnectPair(transport());
  SendToAPeerThatHasGone(std::move(client), std::move(server));
}

TEST_P(FileContract, NorIsThereASignalWhereTheSendingHasATimeout) {
  auto [client, server] = MustConnectPair(transport());
  ASSERT_THAT(client.SetTimeout(kLong), IsOk());
  SendToAPeerThatHasGone(std::move(client), std::move(server));
}

TEST_P(FileContract, WhatIsNoFileIsNotSent) {
  auto [client, server] = MustConnectPair(transport());
  std::uint64_t sent = 99;
  for (const absl::Duration timeout : {absl::InfiniteDuration(), kLong}) {
    ASSERT_THAT(client.SetTimeout(timeout), IsOk());
    EXPECT_THAT(SendFile(client, NativeHandle(1 << 28), 0, 10, &sent),
                FailsWithCode(ErrorCode::kEbadf));
    EXPECT_EQ(sent, 0u);
  }
  EXPECT_THAT(
      SendFile(client, NativeHandle()),
      RefusesArgument(absl::StatusCode::kInvalidArgument, "sendfile", "file"));
  EXPECT_THAT(
      SendFile(client, nullptr),
      RefusesArgument(absl::StatusCode::kInvalidArgument, "sendfile", "file"));
}

}  // namespace
}  // namespace contract
}  // namespace mortise
