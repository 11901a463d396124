#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tools/mortise/mortise_program.h"

namespace mortise::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::string> Connect(std::vector<std::string> words,
                                 const Peer& peer) {
  words.insert(words.begin(), "connect");
  for (std::string& word : peer.words()) words.push_back(std::move(word));
  return words;
}

class ConnectTest : public ::testing::TestWithParam<Loopback> {
 protected:
  void SetUp() override {
    if (const auto lack = Lacks(GetParam())) GTEST_SKIP() << *lack;
  }
};

TEST_P(ConnectTest, CopiesBothWaysAndHandsOnTheEndOfItsInput) {
  Peer peer(GetParam(), kSockStream);
  MortiseProgram connect(Connect({}, peer));
  Socket client = peer.Accept();
  ASSERT_TRUE(connect.Write("question"));
  connect.EndInput();
  // Only the end of the stream lets this return.
  EXPECT_EQ(ReceiveAll(client), "question");
  ASSERT_TRUE(client.SendAll("answer").ok());
  ASSERT_TRUE(client.Close().ok());
  EXPECT_EQ(connect.Wait(), 0);
  EXPECT_EQ(connect.out(), "answer");
  EXPECT_THAT(connect.err(), IsEmpty());
}

TEST_P(ConnectTest, SendsOnAfterThePeersEnd) {
  Peer peer(GetParam(), kSockStream);
  MortiseProgram connect(Connect({"--linger", "inf"}, peer));
  Socket client = peer.Accept();
  ASSERT_TRUE(client.SendAll("that is all").ok());
  ASSERT_TRUE(client.Shutdown(ShutdownHow::kWrite).ok());
  ASSERT_TRUE(connect.WaitForOut("that is all"));
  const std::string data = Pattern(1'000'000);
  std::thread writer([&] {
    EXPECT_TRUE(connect.Write(data));
    connect.EndInput();
  });
  EXPECT_TRUE(ReceiveAll(client) == data);
  writer.join();
  EXPECT_EQ(connect.Wait(), 0);
}

TEST_P(ConnectTest, EndsAfterThePeersEndThoughItsInputStaysOpen) {
  Peer peer(GetParam(), kSockStream);
  MortiseProgram connect(Connect({"--linger", "0.1"}, peer));
  Socket client = peer.Accept();
  ASSERT_TRUE(client.SendAll("bye").ok());
  ASSERT_TRUE(client.Close().ok());
  EXPECT_EQ(connect.Wait(), 0);
  EXPECT_EQ(connect.out(), "bye");
}

TEST_P(ConnectTest, LingersAfterTheEndOfItsInputIfItIsTold) {
  Peer peer(GetParam(), kSockStream);
  MortiseProgram connect(Connect({"--linger", "0.1"}, peer));
  Socket client = peer.Accept();
  connect.EndInput();
  EXPECT_EQ(ReceiveAll(client), "");
  // The peer sends nothing, and keeps the connection open.
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
}

TEST_P(ConnectTest, CopiesMuchInBothDirectionsAtOnce) {
  Peer peer(GetParam(), kSockStream);
  MortiseProgram connect(Connect({}, peer));
  Socket client = peer.Accept();
  ExpectBothAreCopied(connect, client, Pattern(8'000'000),
                      "other " + Pattern(9'000'000));
}

// With a timeout, a send takes as much as there is room for, and not
// everything.
TEST_P(ConnectTest, CopiesMuchWithATimeout) {
  Peer peer(GetParam(), kSockStream);
  MortiseProgram connect(Connect({"--timeout", "30"}, peer));
  Socket client = peer.Accept();
  const std::string data = Pattern(8'000'000);
  std::thread writer([&] {
    EXPECT_TRUE(connect.Write(data));
    connect.EndInput();
  });
  EXPECT_TRUE(ReceiveAll(client) == data);
  writer.join();
  ASSERT_TRUE(client.Close().ok());
  EXPECT_EQ(connect.Wait(), 0);
}

TEST_P(ConnectTest, GivesUpOnASilentPeer) {
  Peer peer(GetParam(), kSockStream);
  const auto start = std::chrono::steady_clock::now();
  MortiseProgram connect(Connect({"--timeout", "0.2"}, peer));
  Socket client = peer.Accept();
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(200));
  EXPECT_EQ(connect.err(),
            "mortise: timed out: nothing sent or received for 200ms\n");
}

TEST_P(ConnectTest, SendsEachReadAsADatagram) {
  Peer peer(GetParam(), kSockDgram);
  MortiseProgram connect(Connect({"--udp", "--linger", "0.1"}, peer));
  ASSERT_TRUE(connect.Write("one"));
  const absl::StatusOr<RecvFromStringResult> one = peer.socket().RecvFrom(100);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->data, "one");
  ASSERT_TRUE(connect.Write("two"));
  EXPECT_EQ(peer.socket().Recv(100).value_or("failed"), "two");
  ASSERT_TRUE(peer.socket().SendTo("answer", one->address).ok());
  ASSERT_TRUE(connect.WaitForOut("answer"));
  connect.EndInput();
  EXPECT_EQ(connect.Wait(), 0);
  EXPECT_THAT(connect.err(), IsEmpty());
}

TEST_P(ConnectTest, AnEmptyDatagramIsNoEnd) {
  Peer peer(GetParam(), kSockDgram);
  MortiseProgram connect(Connect({"--udp"}, peer));
  ASSERT_TRUE(connect.Write("hello"));
  const absl::StatusOr<RecvFromStringResult> hello =
      peer.socket().RecvFrom(100);
  ASSERT_TRUE(hello.ok()) << hello.status();
  ASSERT_TRUE(peer.socket().SendTo("", hello->address).ok());
  ASSERT_TRUE(peer.socket().SendTo("more", hello->address).ok());
  EXPECT_TRUE(connect.WaitForOut("more"));
}

TEST_P(ConnectTest, DatagramsAreAFailureOnlyIfNoneComesInTime) {
  Peer peer(GetParam(), kSockDgram);
  for (const bool answered : {false, true}) {
    // If the peer answers, it has to do so within this time.
    const std::string timeout = answered ? "2" : "0.2";
    MortiseProgram connect(Connect({"--udp", "--timeout", timeout}, peer));
    ASSERT_TRUE(connect.Write("hello"));
    connect.EndInput();
    const absl::StatusOr<RecvFromStringResult> hello =
        peer.socket().RecvFrom(100);
    ASSERT_TRUE(hello.ok()) << hello.status();
    if (answered) {
      ASSERT_TRUE(peer.socket().SendTo("answer", hello->address).ok());
    }
    EXPECT_EQ(connect.Wait(), answered ? 0 : 1);
    EXPECT_EQ(connect.out(), answered ? "answer" : "");
  }
}

INSTANTIATE_TEST_SUITE_P(Loopbacks, ConnectTest,
                         ::testing::Values(kLoopbackIpv4, kLoopbackIpv6,
                                           kLoopbackUnix),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

// Whether this system tells a sender of datagrams that there is no receiver.
// Windows would tell this in the wrong call, so the library turns it off there.
bool IsTold(const Peer& nobody) {
  Socket sender =
      ConnectTo(kLoopbackIpv4, kSockDgram, absl::StrJoin(nobody.words(), ":"));
  EXPECT_TRUE(sender.SetTimeout(absl::Seconds(1)).ok());
  EXPECT_TRUE(sender.Send("x").ok());
  return IsConnectionRefused(sender.Recv(1).status());
}

TEST(ConnectHostTest, BracketsAreTakenOff) {
  for (const Loopback& loopback : {kLoopbackIpv4, kLoopbackIpv6}) {
    if (Lacks(loopback).has_value()) continue;
    Peer peer(loopback, kSockStream);
    std::vector<std::string> words = peer.words();
    words[0] = absl::StrCat("[", words[0], "]");
    MortiseProgram connect({"connect", words[0], words[1]});
    Socket client = peer.Accept();
    ASSERT_TRUE(client.SendAll("answer").ok());
    EXPECT_TRUE(connect.WaitForOut("answer"));
  }
}

TEST(ConnectFailureTest, RefusedPort) {
  // The port is bound, so that no other program gets it, but it does not
  // listen.
  Socket bound = Socket::Create(kAfInet, kSockStream).value();
  ASSERT_TRUE(bound.Bind({"127.0.0.1", 0}).ok());
  const std::string port = absl::StrCat(bound.GetSockName().value().port());
  MortiseProgram connect({"connect", "127.0.0.1", port});
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_THAT(connect.err(),
              AllOf(StartsWith("mortise: connect 127.0.0.1:" + port + ": "),
                    EndsWith(" [ECONNREFUSED]\n")));
}

TEST(ConnectFailureTest, UnknownHost) {
  MortiseProgram connect({"connect", "no-such-host.invalid", "80"});
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_THAT(connect.err(), AllOf(StartsWith("mortise: getaddrinfo "),
                                   HasSubstr("no-such-host.invalid")));
  EXPECT_EQ(connect.err().find('\n'), connect.err().size() - 1);
}

TEST(ConnectFailureTest, HostOfAnotherFamily) {
  MortiseProgram connect({"connect", "-6", "127.0.0.1", "80"});
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_THAT(connect.err(), HasSubstr("127.0.0.1"));
}

TEST(ConnectFailureTest, NoSuchPath) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  for (std::vector<std::string> words :
       {std::vector<std::string>{"connect"}, {"connect", "--udp"}}) {
    words.insert(words.end(), {"--unix", "/nonexistent/x"});
    MortiseProgram connect(words);
    EXPECT_EQ(connect.Wait(), 1);
    EXPECT_THAT(connect.err(), HasSubstr("[ENOENT]"));
  }
}

TEST(ConnectFailureTest, AResetIsTold) {
  Peer peer(kLoopbackIpv4, kSockStream);
  MortiseProgram connect(Connect({}, peer));
  Socket client = peer.Accept();
  ASSERT_TRUE(connect.Write("unread"));
  // A connection that is closed with unread data is reset.
  ASSERT_EQ(client.Recv(1, kMsgPeek).value_or("failed"), "u");
  ASSERT_TRUE(client.Close().ok());
  if (contract::RunsUnderWine()) {
    GTEST_SKIP() << "Wine takes a reset for the end of the stream";
  }
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_THAT(connect.err(), HasSubstr("[ECONNRESET]"));
}

TEST(ConnectFailureTest, ADatagramToNobody) {
  // A socket that is connected to itself receives from no other socket, and
  // keeps its port.
  Peer deaf(kLoopbackIpv4, kSockDgram);
  ASSERT_TRUE(deaf.socket().Connect(deaf.socket().GetSockName().value()).ok());
  MortiseProgram connect(Connect({"--udp", "--timeout", "2"}, deaf));
  ASSERT_TRUE(connect.Write("x"));
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_THAT(connect.err(),
              HasSubstr(IsTold(deaf) ? "[ECONNREFUSED]" : "timed out"));
}

// The connection lasts longer than the timeout, but is silent only for as long
// as a message takes to arrive.
TEST(ConnectTimeoutTest, IsForSilenceOnly) {
  constexpr std::chrono::seconds kTimeout(2);
  Peer peer(kLoopbackIpv4, kSockStream);
  const auto start = std::chrono::steady_clock::now();
  MortiseProgram connect(
      Connect({"--timeout", absl::StrCat(kTimeout.count())}, peer));
  Socket client = peer.Accept();
  connect.EndInput();
  for (int i = 0; std::chrono::steady_clock::now() < start + 2 * kTimeout;
       ++i) {
    const std::string message = absl::StrCat(i, "\n");
    ASSERT_TRUE(client.SendAll(message).ok());
    ASSERT_TRUE(connect.WaitForOut(message));
  }
  ASSERT_TRUE(client.Close().ok());
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
}

TEST(ConnectSourceTest, ConnectsFromThere) {
  Peer peer(kLoopbackIpv4, kSockStream);
  MortiseProgram connect(Connect({"--source", "127.0.0.1:0"}, peer));
  Socket client = peer.Accept();
  EXPECT_EQ(client.GetPeerName().value().host(), "127.0.0.1");
}

TEST(ConnectSourceTest, ANumericSourceChoosesTheFamily) {
  if (!contract::KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  Peer peer(kLoopbackIpv4, kSockStream);
  MortiseProgram connect(
      {"connect", "--source", "127.0.0.1:0", "localhost", peer.words()[1]});
  Socket client = peer.Accept();
  client = Socket();
  connect.EndInput();
  EXPECT_EQ(connect.Wait(), 0);
}

// The name may have addresses of any families on this machine.
TEST(ConnectSourceTest, ANameIsASourceInEachFamilyThatItHas) {
  for (const Loopback& loopback : {kLoopbackIpv4, kLoopbackIpv6}) {
    GetAddrInfoOptions query;
    query.family = loopback.family;
    if (Lacks(loopback).has_value() ||
        !GetAddrInfo("localhost", 0, query).ok()) {
      continue;
    }
    Peer peer(loopback, kSockStream);
    MortiseProgram connect(Connect({"--source", "localhost:0"}, peer));
    Socket client = peer.Accept();
    ASSERT_TRUE(client.SendAll("answer").ok());
    EXPECT_TRUE(connect.WaitForOut("answer"));
  }
}

TEST(ConnectSourceTest, ANameThatNobodyHasIsToldOnce) {
  MortiseProgram connect(
      {"connect", "--source", "no-such-host.invalid:0", "localhost", "9"});
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_THAT(connect.err(),
              StartsWith("mortise: getaddrinfo no-such-host.invalid:0: "));
  EXPECT_EQ(connect.err().find("no-such-host"),
            connect.err().rfind("no-such-host"));
}

TEST(ConnectSourceTest, AnAddressOfAnotherMachineFails) {
  // No machine has an address in TEST-NET-1.
  MortiseProgram connect(
      {"connect", "--source", "192.0.2.123:0", "127.0.0.1", "9"});
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_THAT(connect.err(), HasSubstr("192.0.2.123"));
}

}  // namespace
}  // namespace mortise::testing
