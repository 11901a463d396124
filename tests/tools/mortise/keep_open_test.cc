// `mortise listen --keep-open`, which serves many clients at once.

#include <algorithm>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/mortise_program.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

Socket ConnectTcp(MortiseProgram& listen) {
  return ConnectTo(kLoopbackIpv4, kSockStream, listen.ListeningOn());
}

// Sends `text`, and waits until the program has printed it. By then it knows
// the client.
void Say(MortiseProgram& listen, Socket& client, const std::string& text) {
  ASSERT_TRUE(client.SendAll(text).ok());
  ASSERT_TRUE(listen.WaitForOut(text)) << listen.err();
}

// Receives as many bytes as `text` has.
void ExpectToHear(Socket& client, absl::string_view text) {
  std::string heard;
  while (heard.size() < text.size()) {
    const absl::StatusOr<std::string> piece =
        client.Recv(text.size() - heard.size());
    ASSERT_TRUE(piece.ok()) << piece.status();
    ASSERT_FALSE(piece->empty()) << heard;
    heard += *piece;
  }
  EXPECT_TRUE(heard == text);
}

TEST(KeepOpenTest, PrintsWhatAllSendAndSendsTheInputToAll) {
  MortiseProgram listen({"listen", "--keep-open", "-4", "0"});
  std::vector<Socket> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(ConnectTcp(listen));
    Say(listen, clients.back(), absl::StrCat("<", i, ">"));
  }
  const std::string data = Pattern(100'000);
  std::thread writer([&] { EXPECT_TRUE(listen.Write(data)); });
  for (Socket& client : clients) ExpectToHear(client, data);
  writer.join();
  // One goes, and the others stay.
  ASSERT_TRUE(clients.back().Shutdown(ShutdownHow::kWrite).ok());
  EXPECT_EQ(ReceiveAll(clients.back()), "");
  clients.pop_back();
  ASSERT_TRUE(listen.Write("more"));
  for (Socket& client : clients) ExpectToHear(client, "more");
  EXPECT_THAT(listen.err(), ::testing::StartsWith("listening on "));
  const std::string err = listen.err();
  EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
}

TEST(KeepOpenTest, TheInputWaitsForAClientAndItsEndIsHandedOn) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  MortiseProgram listen(
      {"listen", "--keep-open", "--unix", program::TemporaryUnixPath()});
  ASSERT_TRUE(listen.Write("hello"));
  listen.EndInput();
  Socket first = ConnectTo(kLoopbackUnix, kSockStream, listen.ListeningOn());
  EXPECT_EQ(ReceiveAll(first), "hello");
  Say(listen, first, "<first>");
  // To those that come later nothing is sent, and no end.
  Socket later = ConnectTo(kLoopbackUnix, kSockStream, listen.ListeningOn());
  Say(listen, later, "<later>");
  ASSERT_TRUE(later.SetTimeout(absl::ZeroDuration()).ok());
  EXPECT_TRUE(IsWouldBlock(later.Recv(1).status()));
  EXPECT_EQ(listen.out(), "<first><later>");
}

TEST(KeepOpenTest, TheInputIsNotTakenForClientsThatHaveGone) {
  MortiseProgram listen({"listen", "--keep-open", "-4", "0"});
  {
    Socket gone = ConnectTcp(listen);
    Say(listen, gone, "<gone>");
    ASSERT_TRUE(gone.Shutdown(ShutdownHow::kWrite).ok());
    EXPECT_EQ(ReceiveAll(gone), "");
  }
  ASSERT_TRUE(listen.Write("hello"));
  // This program serves as a clock: the other one has the time to read.
  MortiseProgram clock({"demo"});
  clock.Wait();
  Socket next = ConnectTcp(listen);
  ExpectToHear(next, "hello");
}

TEST(KeepOpenTest, TheSlowestClientSetsThePace) {
  MortiseProgram listen({"listen", "--keep-open", "-4", "0"});
  Socket slow = ConnectTcp(listen);
  Socket fast = ConnectTcp(listen);
  Say(listen, slow, "<slow>");
  Say(listen, fast, "<fast>");
  // More than the systems of both sides keep for a connection.
  const std::string data = Pattern(std::size_t{64} << 20);
  std::thread writer([&] {
    EXPECT_TRUE(listen.Write(data));
    listen.EndInput();
  });
  std::size_t heard = 1;
  ExpectToHear(fast, absl::string_view(data).substr(0, heard));
  const absl::Duration timeout = fast.GetTimeout();
  ASSERT_TRUE(fast.SetTimeout(absl::ZeroDuration()).ok());
  // While the program prints a word, it has the time to send.
  for (int silent = 0; silent < 500;) {
    const absl::StatusOr<std::string> piece = fast.Recv(65536);
    if (piece.ok()) {
      silent = 0;
      heard += piece->size();
      if (piece->empty()) break;
      continue;
    }
    ++silent;
    Say(listen, slow, absl::StrCat("<", heard, " ", silent, ">"));
  }
  EXPECT_LT(heard, data.size());
  ASSERT_TRUE(fast.SetTimeout(timeout).ok());
  std::thread reader([&] { EXPECT_TRUE(ReceiveAll(slow) == data); });
  EXPECT_EQ(heard + ReceiveAll(fast).size(), data.size());
  reader.join();
  writer.join();
}

TEST(KeepOpenTest, OneThatDoesNotReadIsStillHeard) {
  MortiseProgram listen({"listen", "--keep-open", "-4", "0"});
  Socket deaf = ConnectTcp(listen);
  Socket other = ConnectTcp(listen);
  Say(listen, deaf, "<deaf>");
  Say(listen, other, "<other>");
  // More than fits into the system's buffers of a connection.
  const std::string data = Pattern(20'000'000);
  std::thread writer([&] {
    EXPECT_TRUE(listen.Write(data));
    listen.EndInput();
  });
  constexpr std::size_t kBegin = 1000;
  ExpectToHear(other, absl::string_view(data).substr(0, kBegin));
  Say(listen, deaf, "<still heard>");
  Say(listen, other, "<too>");
  // Nothing is lost of what waited for it.
  std::thread reader([&] { EXPECT_TRUE(ReceiveAll(deaf) == data); });
  EXPECT_TRUE(ReceiveAll(other) == data.substr(kBegin));
  reader.join();
  writer.join();
}

TEST(KeepOpenTest, OutputThatIsReadLateIsWhole) {
  MortiseProgram listen({"listen", "--keep-open", "-4", "0"}, {},
                        Reading::kLater);
  Socket client = ConnectTcp(listen);
  ASSERT_TRUE(listen.Write("hello"));
  ExpectToHear(client, "hello");
  const std::string data = Pattern(3'000'000);
  std::vector<std::thread> senders;
  for (int i = 0; i < 2; ++i) {
    senders.emplace_back([&] {
      Socket sender = ConnectTcp(listen);
      EXPECT_TRUE(sender.SendAll(data).ok());
      EXPECT_TRUE(sender.Shutdown(ShutdownHow::kWrite).ok());
      (void)ReceiveAll(sender);
    });
  }
  // It sends although nobody reads what it prints.
  ASSERT_TRUE(listen.Write("again"));
  ExpectToHear(client, "again");
  listen.StartReading();
  for (std::thread& sender : senders) sender.join();
  Say(listen, client, "<the end>");
  EXPECT_EQ(listen.out().size(), 2 * data.size() + 9);
}

TEST(KeepOpenTest, WhatHasComeIsPrintedBeforeAnInterruptionEndsIt) {
  for (const Interruption& how : Interruptions()) {
    SCOPED_TRACE(how.name);
    MortiseProgram listen({"listen", "--keep-open", "-4", "0"}, {},
                          Reading::kLater);
    Socket client = ConnectTcp(listen);
    // It does not fit into the pipe that nobody reads yet.
    const std::string data = Pattern(150'000);
    ASSERT_TRUE(client.SendAll(data).ok());
    if (!listen.Interrupt(how)) GTEST_SKIP() << "no console to interrupt from";
    EXPECT_EQ(listen.Wait(), how.result);
    EXPECT_EQ(ReceiveAll(client), "");
    EXPECT_TRUE(listen.out() == data) << listen.out().size();
  }
}

TEST(KeepOpenTest, RemovesItsPathWhenItIsInterrupted) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  const std::string path = program::TemporaryUnixPath();
  MortiseProgram listen({"listen", "--keep-open", "--unix", path});
  Socket client = ConnectTo(kLoopbackUnix, kSockStream, listen.ListeningOn());
  ASSERT_TRUE(FileExists(path));
  const Interruption how = Interruptions().front();
  if (!listen.Interrupt(how)) GTEST_SKIP() << "no console to interrupt from";
  EXPECT_EQ(ReceiveAll(client), "");
  EXPECT_EQ(listen.Wait(), how.result);
  EXPECT_FALSE(FileExists(path));
}

TEST(KeepOpenTest, FlagsForOnePeerAreRefused) {
  for (const Words& words :
       {Words{"--udp"}, Words{"--timeout", "1"}, Words{"--linger", "1"}}) {
    Words command = {"listen", "--keep-open", "0"};
    command.insert(command.end(), words.begin(), words.end());
    MortiseProgram listen(command);
    EXPECT_EQ(listen.Wait(), 2);
    EXPECT_THAT(listen.err(), HasSubstr("--keep-open"));
    EXPECT_THAT(listen.out(), IsEmpty());
  }
}

}  // namespace
}  // namespace mortise::testing
