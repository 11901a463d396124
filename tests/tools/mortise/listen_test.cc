// `mortise listen`, with `mortise connect` as its peer.

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/create_server.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/mortise_program.h"
#include "mortise/tools/mortise/interruption.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

class ListenTest : public ::testing::TestWithParam<Loopback> {
 protected:
  ListenTest() : path_(program::TemporaryUnixPath()) {}

  void SetUp() override {
    if (const auto lack = Lacks(GetParam())) GTEST_SKIP() << *lack;
  }

  bool is_unix() const { return GetParam().family == kAfUnix; }

  Words Listen(Words words) const {
    words.insert(words.begin(), "listen");
    if (is_unix()) {
      words.insert(words.end(), {"--unix", path_});
    } else {
      words.push_back("0");
    }
    return words;
  }

  Words Connect(Words words, MortiseProgram& listen) const {
    listen.ListeningOn();
    words.insert(words.begin(), "connect");
    if (is_unix()) {
      words.insert(words.end(), {"--unix", path_});
    } else {
      words.insert(words.end(), {std::string(GetParam().host), listen.Port()});
    }
    return words;
  }

  const std::string path_;
};

TEST_P(ListenTest, CopiesBothWays) {
  MortiseProgram listen(Listen({}));
  MortiseProgram connect(Connect({}, listen));
  ASSERT_TRUE(connect.Write("ping"));
  ASSERT_TRUE(listen.WaitForOut("ping"));
  ASSERT_TRUE(listen.Write("pong"));
  ASSERT_TRUE(connect.WaitForOut("pong"));
  listen.EndInput();
  connect.EndInput();
  EXPECT_EQ(connect.Wait(), 0);
  EXPECT_EQ(listen.Wait(), 0);
  EXPECT_EQ(listen.out(), "ping");
  EXPECT_EQ(connect.out(), "pong");
}

TEST_P(ListenTest, CopiesMuchBothWays) {
  MortiseProgram listen(Listen({"--linger", "inf"}));
  MortiseProgram connect(Connect({"--linger", "inf"}, listen));
  const std::string there = Pattern(8'000'000);
  const std::string back = "other " + Pattern(9'000'000);
  std::thread writer([&] {
    EXPECT_TRUE(connect.Write(there));
    connect.EndInput();
  });
  EXPECT_TRUE(listen.Write(back));
  listen.EndInput();
  writer.join();
  EXPECT_EQ(connect.Wait(), 0);
  EXPECT_EQ(listen.Wait(), 0);
  EXPECT_TRUE(listen.out() == there);
  EXPECT_TRUE(connect.out() == back);
}

// A shell gives a job in the background an input without any data.
TEST_P(ListenTest, ReceivesThoughItHasNothingToSend) {
  MortiseProgram listen(Listen({}));
  listen.EndInput();
  MortiseProgram connect(Connect({}, listen));
  const std::string data = Pattern(3'000'000);
  ASSERT_TRUE(connect.Write(data));
  connect.EndInput();
  EXPECT_EQ(connect.Wait(), 0);
  EXPECT_EQ(listen.Wait(), 0);
  EXPECT_TRUE(listen.out() == data);
}

TEST_P(ListenTest, AnswersTheSenderOfTheFirstDatagram) {
  MortiseProgram listen(Listen({"--udp", "--linger", "0.1"}));
  MortiseProgram connect(Connect({"--udp", "--linger", "0.1"}, listen));
  ASSERT_TRUE(connect.Write("ping"));
  ASSERT_TRUE(listen.WaitForOut("ping"));
  ASSERT_TRUE(listen.Write("pong"));
  ASSERT_TRUE(connect.WaitForOut("pong"));
  ASSERT_TRUE(connect.Write("ping 2"));
  ASSERT_TRUE(listen.WaitForOut("ping 2"));
  listen.EndInput();
  EXPECT_EQ(listen.Wait(), 0);
  connect.EndInput();
  EXPECT_EQ(connect.Wait(), 0);
}

TEST_P(ListenTest, GivesUpWhenNobodyComes) {
  for (const Words& words :
       {Words{"--timeout", "0.1"}, Words{"--udp", "--timeout", "0.1"}}) {
    MortiseProgram listen(Listen(words));
    EXPECT_EQ(listen.Wait(), 1);
    EXPECT_THAT(listen.err(), HasSubstr("timed out"));
  }
}

TEST_P(ListenTest, GivesUpOnASilentPeer) {
  // The peer has to connect within this time.
  MortiseProgram listen(Listen({"--timeout", "2"}));
  Socket client = ConnectTo(GetParam(), kSockStream, listen.ListeningOn());
  EXPECT_EQ(listen.Wait(), 1);
  EXPECT_THAT(listen.err(),
              HasSubstr("timed out: nothing sent or received for 2s"));
}

INSTANTIATE_TEST_SUITE_P(Loopbacks, ListenTest,
                         ::testing::Values(kLoopbackIpv4, kLoopbackIpv6,
                                           kLoopbackUnix),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

TEST(ListenHostTest, ListensThere) {
  for (const std::string& host : Words{"127.0.0.1", "[127.0.0.1]"}) {
    MortiseProgram listen({"listen", host, "0"});
    EXPECT_THAT(listen.ListeningOn(), StartsWith("127.0.0.1:"));
  }
  MortiseProgram every({"listen", "-4", "", "0"});
  EXPECT_THAT(every.ListeningOn(), StartsWith("0.0.0.0:"));
  if (const auto lack = Lacks(kLoopbackIpv6)) GTEST_SKIP() << *lack;
  for (const std::string& host : Words{"::1", "[::1]"}) {
    MortiseProgram listen({"listen", "--udp", host, "0"});
    EXPECT_THAT(listen.ListeningOn(), StartsWith("[::1]:"));
  }
}

TEST(ListenHostTest, AnIpv4AddressInTheFormOfIpv6IsForIpv4) {
  if (!HasDualstackIpv6()) GTEST_SKIP() << "no socket for both";
  for (const bool udp : {false, true}) {
    Words words = {"listen", "::ffff:127.0.0.1", "0"};
    if (udp) words.emplace_back("--udp");
    MortiseProgram listen(words);
    EXPECT_THAT(listen.ListeningOn(), StartsWith("[::ffff:127.0.0.1]:"));
    words = {"connect", "::ffff:127.0.0.1", listen.Port()};
    if (udp) words.emplace_back("--udp");
    MortiseProgram connect(words);
    ASSERT_TRUE(connect.Write("hello"));
    EXPECT_TRUE(listen.WaitForOut("hello")) << connect.err() << listen.err();
  }
}

TEST(ListenFamilyTest, FlagsNarrowItDown) {
  MortiseProgram ipv4({"listen", "-4", "0"});
  EXPECT_THAT(ipv4.ListeningOn(), StartsWith("0.0.0.0:"));
  MortiseProgram source({"listen", "--source", "127.0.0.1:0", "0"});
  EXPECT_THAT(source.ListeningOn(), StartsWith("127.0.0.1:"));
  if (const auto lack = Lacks(kLoopbackIpv6)) GTEST_SKIP() << *lack;
  // IPv4 has the port of an IPv6 listener to itself. Another program may hold
  // that port by chance, but not every time.
  for (int i = 0; i < 20; ++i) {
    MortiseProgram ipv6({"listen", "-6", "0"});
    ASSERT_THAT(ipv6.ListeningOn(), StartsWith("[::]:"));
    MortiseProgram again({"listen", "-4", ipv6.Port()});
    if (again.Port() == ipv6.Port()) return;
    ASSERT_THAT(again.err(), HasSubstr("in use"));
  }
  ADD_FAILURE() << "no port of an IPv6 listener is free for IPv4";
}

TEST(ListenUnixTest, GoesOnAfterDatagramsThatCannotBeAnswered) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  const std::string path = program::TemporaryUnixPath();
  MortiseProgram listen({"listen", "--udp", "--unix", path});
  ASSERT_TRUE(listen.Write("answer"));
  Socket nameless = ConnectTo(kLoopbackUnix, kSockDgram, listen.ListeningOn());
  for (const std::string& text : Words{"one ", "two "}) {
    ASSERT_TRUE(nameless.Send(text).ok());
    ASSERT_TRUE(listen.WaitForOut(text));
  }
  // This socket has a name, but can no longer be reached by it.
  Peer gone(kLoopbackUnix, kSockDgram);
  program::RemoveFile(gone.words()[1]);
  ASSERT_TRUE(gone.socket().SendTo("three ", UnixPath{path}).ok());
  ASSERT_TRUE(listen.WaitForOut("three "));

  Peer peer(kLoopbackUnix, kSockDgram);
  ASSERT_TRUE(peer.socket().SendTo("four", UnixPath{path}).ok());
  EXPECT_EQ(peer.socket().Recv(100).value_or("failed"), "answer");
  ASSERT_TRUE(listen.WaitForOut("four"));
  EXPECT_EQ(listen.out(), "one two three four");
}

TEST(ListenUnixTest, InputThatNobodyCouldBeSentIsAFailure) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  for (const std::string& input : Words{"", "lost"}) {
    MortiseProgram listen({"listen", "--udp", "--linger", "0.1", "--unix",
                           program::TemporaryUnixPath()});
    ASSERT_TRUE(listen.Write(input));
    listen.EndInput();
    Socket nameless =
        ConnectTo(kLoopbackUnix, kSockDgram, listen.ListeningOn());
    ASSERT_TRUE(nameless.Send("x").ok());
    EXPECT_EQ(listen.Wait(), input.empty() ? 0 : 1);
    EXPECT_EQ(listen.out(), "x");
    if (!input.empty()) {
      EXPECT_THAT(listen.err(), HasSubstr("standard input was not sent"));
    }
  }
}

TEST(ListenUnixTest, RemovesItsPathOnceThePeerHasCome) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  const std::string path = program::TemporaryUnixPath();
  MortiseProgram listen({"listen", "--unix", path});
  Socket client = ConnectTo(kLoopbackUnix, kSockStream, listen.ListeningOn());
  ASSERT_TRUE(client.SendAll("x").ok());
  ASSERT_TRUE(listen.WaitForOut("x"));
  EXPECT_FALSE(FileExists(path));
}

TEST(ListenUnixTest, RemovesItsPathWhenItIsInterrupted) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  const std::string path = program::TemporaryUnixPath();
  MortiseProgram listen({"listen", "--udp", "--unix", path});
  listen.ListeningOn();
  ASSERT_TRUE(FileExists(path));
  const Interruption how = Interruptions().front();
  if (!listen.Interrupt(how)) GTEST_SKIP() << "no console to interrupt from";
  EXPECT_EQ(listen.Wait(), how.result) << how.name;
  EXPECT_FALSE(FileExists(path));
}

}  // namespace
}  // namespace mortise::testing
