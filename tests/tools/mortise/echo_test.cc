#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/mortise_program.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EchoTest : public ::testing::TestWithParam<Loopback> {
 protected:
  EchoTest() : path_(program::TemporaryUnixPath()) {}

  void SetUp() override {
    if (const auto lack = Lacks(GetParam())) GTEST_SKIP() << *lack;
  }

  // Returns the arguments for a server that can be reached over `GetParam()`.
  std::vector<std::string> Words() const {
    if (GetParam().family == kAfUnix) return {"echo", "--unix", path_};
    return {"echo", "--port", "0"};
  }

  const std::string path_;
};

void ExpectEcho(Socket& client, absl::string_view data) {
  std::thread sender([&client, data] {
    EXPECT_TRUE(client.SendAll(data).ok());
    EXPECT_TRUE(client.Shutdown(ShutdownHow::kWrite).ok());
  });
  EXPECT_TRUE(ReceiveAll(client) == data);
  sender.join();
}

TEST_P(EchoTest, SendsStreamsBack) {
  MortiseProgram echo(Words());
  const std::string data = Pattern(3'000'000);
  for (int i = 0; i < 2; ++i) {
    Socket client = ConnectTo(GetParam(), kSockStream, echo.ListeningOn());
    ExpectEcho(client, data);
  }
  EXPECT_THAT(echo.err(), IsEmpty());
}

TEST_P(EchoTest, ServesAClientWhileAnotherIsIdle) {
  MortiseProgram echo(Words());
  Socket idle = ConnectTo(GetParam(), kSockStream, echo.ListeningOn());
  Socket busy = ConnectTo(GetParam(), kSockStream, echo.ListeningOn());
  ExpectEcho(busy, "busy");
  ExpectEcho(idle, "idle");
}

TEST_P(EchoTest, SendsDatagramsBack) {
  std::vector<std::string> words = Words();
  words.push_back("--udp");
  MortiseProgram echo(words);
  Peer client(GetParam(), kSockDgram);
  Socket probe = ConnectTo(GetParam(), kSockDgram, echo.ListeningOn());
  ASSERT_TRUE(client.socket().Connect(probe.GetPeerName().value()).ok());
  for (const absl::string_view data : {"one", "", "three"}) {
    ASSERT_TRUE(client.socket().Send(data).ok());
    EXPECT_EQ(client.socket().Recv(100).value_or("failed"), data);
  }
}

INSTANTIATE_TEST_SUITE_P(Loopbacks, EchoTest,
                         ::testing::Values(kLoopbackIpv4, kLoopbackIpv6,
                                           kLoopbackUnix),
                         [](const auto& info) {
                           return std::string(info.param.name);
                         });

TEST(EchoServerTest, LivesOnAfterAClientsError) {
  MortiseProgram echo({"echo", "--port", "0", "-4"});
  {
    Socket client = ConnectTo(kLoopbackIpv4, kSockStream, echo.ListeningOn());
    // With SO_LINGER on and a time of 0, closing resets the connection.
    const int linger[] = {1, 0};
    ASSERT_TRUE(
        client
            .SetSockOpt(kSolSocket, kSoLinger,
                        absl::string_view(reinterpret_cast<const char*>(linger),
                                          sizeof linger))
            .ok());
    ASSERT_TRUE(client.SendAll("x").ok());
    ASSERT_EQ(client.Recv(1).value_or("failed"), "x");
    ASSERT_TRUE(client.Close().ok());
  }
  // Wine reports a reset that arrives before the receive as the end of the
  // stream.
  if (!contract::RunsUnderWine()) {
    EXPECT_TRUE(echo.WaitForErr("\n"));
    EXPECT_THAT(echo.err(), HasSubstr("mortise: client 127.0.0.1:"));
    EXPECT_THAT(echo.err(), HasSubstr("[ECONNRESET]"));
  }
  Socket next = ConnectTo(kLoopbackIpv4, kSockStream, echo.ListeningOn());
  ExpectEcho(next, "still there");
}

TEST(EchoServerTest, LivesOnAfterADatagramThatCannotBeAnswered) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  MortiseProgram echo(
      {"echo", "--udp", "--unix", program::TemporaryUnixPath()});
  Socket nameless = ConnectTo(kLoopbackUnix, kSockDgram, echo.ListeningOn());
  ASSERT_TRUE(nameless.Send("x").ok());
  EXPECT_TRUE(echo.WaitForErr("\n"));
  Peer client(kLoopbackUnix, kSockDgram);
  ASSERT_TRUE(client.socket().Connect(nameless.GetPeerName().value()).ok());
  ASSERT_TRUE(client.socket().Send("still there").ok());
  EXPECT_EQ(client.socket().Recv(100).value_or("failed"), "still there");
}

TEST(EchoServerTest, RemovesItsPathWhenItIsInterrupted) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  for (const Interruption& how : Interruptions()) {
    const std::string path = program::TemporaryUnixPath();
    MortiseProgram echo({"echo", "--unix", path});
    ASSERT_EQ(echo.ListeningOn(), "unix:" + path);
    EXPECT_TRUE(FileExists(path));
    if (!echo.Interrupt(how)) GTEST_SKIP() << "no console to interrupt from";
    EXPECT_EQ(echo.Wait(), how.result) << how.name;
    EXPECT_FALSE(FileExists(path)) << how.name;
  }
}

TEST(EchoServerTest, EndsWhenItIsInterrupted) {
  for (const Interruption& how : Interruptions()) {
    MortiseProgram echo({"echo", "--port", "0"});
    ASSERT_NE(echo.ListeningOn(), "");
    if (!echo.Interrupt(how)) GTEST_SKIP() << "no console to interrupt from";
    EXPECT_EQ(echo.Wait(), how.result) << how.name;
  }
}

TEST(EchoServerTest, LeavesAFileAloneThatItDidNotMake) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  Peer other(kLoopbackUnix, kSockStream);
  MortiseProgram echo({"echo", other.words()[0], other.words()[1]});
  EXPECT_EQ(echo.Wait(), 1);
  EXPECT_THAT(echo.err(), HasSubstr("[EADDRINUSE]"));
  EXPECT_TRUE(FileExists(other.words()[1]));
}

TEST(EchoServerTest, ListensWhereItIsTold) {
  MortiseProgram echo({"echo", "--port", "0", "--source", "127.0.0.1:0"});
  EXPECT_THAT(echo.ListeningOn(), HasSubstr("127.0.0.1:"));
  EXPECT_NE(echo.Port(), "0");
}

TEST(EchoServerTest, SaysThatAPortIsTaken) {
  Peer other(kLoopbackIpv4, kSockStream);
  MortiseProgram echo({"echo", "-4", "--port", other.words()[1]});
  EXPECT_EQ(echo.Wait(), 1);
  EXPECT_THAT(echo.err(), HasSubstr("[EADDRINUSE]"));
}

}  // namespace
}  // namespace mortise::testing
