// `mortise` under POSIX's limits and signals.

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/mortise_program.h"
#include "mortise/tests/tools/mortise/subprocess.h"
#include "mortise/tests/tree.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

// Returns the milliseconds that a line of `demo` says that its kind took.
double Milliseconds(absl::string_view line) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(line.substr(0, line.find(" ms ")), ' ', absl::SkipEmpty());
  double milliseconds;
  return absl::SimpleAtod(parts.back(), &milliseconds) ? milliseconds : -1;
}

// There are descriptors for one server, and none for a client. If a kind went
// on to wait for its client, it would give up after 10 s.
TEST(DemoLimitsTest, AKindThatHasFailedIsNotWaitedFor) {
  if (contract::RunsUnderQemu()) {
    GTEST_SKIP() << "the emulator needs descriptors too";
  }
  Subprocess demo({"/bin/sh", "-c", "ulimit -n 4; exec \"$0\" demo",
                   TreePath("tools/mortise/mortise")});
  EXPECT_EQ(demo.Wait(), 1);
  const std::string out = demo.out();
  const std::vector<absl::string_view> lines =
      absl::StrSplit(out, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 6u) << out;
  for (const absl::string_view line : lines) {
    SCOPED_TRACE(std::string(line));
    if (absl::StrContains(line, "unavailable")) continue;
    ASSERT_TRUE(absl::StrContains(line, " ms  FAILED: "));
    EXPECT_TRUE(absl::StrContains(line, "[EMFILE]"));
    EXPECT_GE(Milliseconds(line), 0);
    EXPECT_LT(Milliseconds(line), 10'000);
  }
}

// Three descriptors are standard streams, and some are the server's own.
TEST(EchoLimitsTest, ClientsWithoutADescriptorWaitForOthersToGo) {
  if (contract::RunsUnderQemu()) {
    GTEST_SKIP() << "the emulator needs descriptors too";
  }
  Subprocess echo({"/bin/sh", "-c",
                   "ulimit -n 20; exec \"$0\" echo -4 --port 0",
                   TreePath("tools/mortise/mortise")});
  ASSERT_TRUE(echo.WaitForOut("\n")) << echo.err();
  const std::string out = echo.out();
  const std::string address =
      out.substr(out.find("0.0.0.0:"), out.find('\n') - out.find("0.0.0.0:"));
  constexpr int kClients = 30;
  std::vector<Socket> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(ConnectTo(kLoopbackIpv4, kSockStream, address));
    ASSERT_TRUE(clients.back().SendAll(absl::StrCat(i, ".")).ok());
  }
  ASSERT_TRUE(echo.WaitForErr("\n"));
  EXPECT_THAT(echo.err(), HasSubstr("[EMFILE]; further clients wait\n"));
  for (int i = 0; i < kClients; ++i) {
    SCOPED_TRACE(i);
    const std::string expected = absl::StrCat(i, ".");
    ASSERT_EQ(clients[i].Recv(expected.size()).value_or("failed"), expected);
    ASSERT_TRUE(clients[i].Close().ok());
  }
  // It has said so once.
  const std::string err = echo.err();
  EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
}

const Interruption& Stop() {
  static const Interruption& stop = *new Interruption{"SIGSTOP", SIGSTOP, 0};
  return stop;
}
const Interruption& Continue() {
  static const Interruption& go_on = *new Interruption{"SIGCONT", SIGCONT, 0};
  return go_on;
}

// Everything has come before the signal, and nothing has been looked at.
TEST(EchoSignalTest, WhatHasComeIsAnsweredFirst) {
  for (const Interruption& how : Interruptions()) {
    SCOPED_TRACE(how.name);
    MortiseProgram echo({"echo", "-4", "--port", "0"});
    MortiseProgram datagrams({"echo", "-4", "--udp", "--port", "0"});
    ASSERT_NE(echo.ListeningOn(), "");
    ASSERT_NE(datagrams.ListeningOn(), "");
    ASSERT_TRUE(echo.Interrupt(Stop()));
    ASSERT_TRUE(datagrams.Interrupt(Stop()));
    std::vector<Socket> clients;
    for (int i = 0; i < 3; ++i) {
      clients.push_back(
          ConnectTo(kLoopbackIpv4, kSockStream, echo.ListeningOn()));
      ASSERT_TRUE(clients.back().SendAll(absl::StrCat("hello ", i)).ok());
    }
    Socket sender =
        ConnectTo(kLoopbackIpv4, kSockDgram, datagrams.ListeningOn());
    for (const absl::string_view data : {"one", "two", "three"}) {
      ASSERT_TRUE(sender.Send(data).ok());
    }
    for (MortiseProgram* program : {&echo, &datagrams}) {
      ASSERT_TRUE(program->Interrupt(how));
      ASSERT_TRUE(program->Interrupt(Continue()));
    }
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(ReceiveAll(clients[i]), absl::StrCat("hello ", i));
      ASSERT_TRUE(clients[i].Close().ok());
    }
    for (const absl::string_view data : {"one", "two", "three"}) {
      EXPECT_EQ(sender.Recv(100).value_or("failed"), data);
    }
    EXPECT_EQ(echo.Wait(), how.result);
    EXPECT_EQ(datagrams.Wait(), how.result);
    EXPECT_EQ(echo.err(), "");
    EXPECT_EQ(datagrams.err(), "");
  }
}

// The client does not read what the server would like to send before it ends.
TEST(EchoSignalTest, TheSecondEndsItAtOnce) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  const std::string path = program::TemporaryUnixPath();
  MortiseProgram echo({"echo", "--unix", path});
  Socket slow = ConnectTo(kLoopbackUnix, kSockStream, echo.ListeningOn());
  std::thread sender([&slow] {
    // Fails when the program has ended.
    (void)slow.SendAll(std::string(std::size_t{64} << 20, 'x'));
  });
  // An answer has come, and more of them wait.
  ASSERT_EQ(slow.Recv(1).value_or("failed"), "x");
  ASSERT_TRUE(echo.Interrupt(Stop()));
  ASSERT_TRUE(echo.Interrupt({"SIGINT", SIGINT, 0}));
  ASSERT_TRUE(echo.Interrupt({"SIGTERM", SIGTERM, 0}));
  ASSERT_TRUE(echo.Interrupt(Continue()));
  EXPECT_THAT(echo.Wait(), AnyOf(-SIGINT, -SIGTERM));
  EXPECT_EQ(echo.err(), "");
  EXPECT_FALSE(FileExists(path));
  sender.join();
}

// As `nohup` and a shell's background jobs have it.
TEST(EchoSignalTest, OneThatIsIgnoredStaysIgnored) {
  Subprocess echo({"/bin/sh", "-c", "trap '' INT; exec \"$0\" echo -4 --port 0",
                   TreePath("tools/mortise/mortise")});
  ASSERT_TRUE(echo.WaitForOut("\n")) << echo.err();
  ASSERT_TRUE(echo.Interrupt({"SIGINT", SIGINT, 0}));
  ASSERT_TRUE(echo.Interrupt({"SIGTERM", SIGTERM, 0}));
  EXPECT_EQ(echo.Wait(), -SIGTERM);
}

// The stranger's datagram is in the queue before the program chooses its peer.
TEST(ListenQueueTest, AStrangersDatagramIsNotPrinted) {
  for (const Loopback& loopback : {kLoopbackIpv4, kLoopbackUnix}) {
    if (Lacks(loopback).has_value()) continue;
    SCOPED_TRACE(std::string(loopback.name));
    std::vector<std::string> words = {"listen", "--udp"};
    if (loopback.family == kAfUnix) {
      words.insert(words.end(), {"--unix", program::TemporaryUnixPath()});
    } else {
      words.push_back("0");
    }
    MortiseProgram listen(words);
    Socket probe = ConnectTo(loopback, kSockDgram, listen.ListeningOn());
    Peer first(loopback, kSockDgram);
    Peer stranger(loopback, kSockDgram);
    for (Peer* sender : {&first, &stranger}) {
      ASSERT_TRUE(sender->socket().Connect(probe.GetPeerName().value()).ok());
    }
    ASSERT_TRUE(listen.Interrupt(Stop()));
    ASSERT_TRUE(first.socket().Send("first ").ok());
    ASSERT_TRUE(stranger.socket().Send("stranger ").ok());
    ASSERT_TRUE(first.socket().Send("second ").ok());
    ASSERT_TRUE(listen.Interrupt(Continue()));
    ASSERT_TRUE(listen.WaitForOut("second "));
    EXPECT_EQ(listen.out(), "first second ");
  }
}

}  // namespace
}  // namespace mortise::testing
