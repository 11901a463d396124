// `mortise` under POSIX's limits and signals.

#include <csignal>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tools/mortise/mortise_program.h"
#include "mortise/tests/tools/mortise/subprocess.h"
#include "mortise/tests/tree.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::testing {
namespace {

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
    ASSERT_TRUE(listen.Interrupt({"SIGSTOP", SIGSTOP, 0}));
    ASSERT_TRUE(first.socket().Send("first ").ok());
    ASSERT_TRUE(stranger.socket().Send("stranger ").ok());
    ASSERT_TRUE(first.socket().Send("second ").ok());
    ASSERT_TRUE(listen.Interrupt({"SIGCONT", SIGCONT, 0}));
    ASSERT_TRUE(listen.WaitForOut("second "));
    EXPECT_EQ(listen.out(), "first second ");
  }
}

}  // namespace
}  // namespace mortise::testing
