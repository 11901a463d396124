// `mortise echo` with many clients at once, some of them slow or rude.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
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

// Sends `data`, and expects it back.
void ExpectAnswer(Socket& client, absl::string_view data) {
  ASSERT_TRUE(client.SendAll(data).ok());
  std::string back;
  while (back.size() < data.size()) {
    const absl::StatusOr<std::string> piece =
        client.Recv(data.size() - back.size());
    ASSERT_TRUE(piece.ok()) << piece.status();
    ASSERT_FALSE(piece->empty());
    back += *piece;
  }
  EXPECT_EQ(back, data);
}

Socket ConnectTcp(MortiseProgram& echo) {
  return ConnectTo(kLoopbackIpv4, kSockStream, echo.ListeningOn());
}

// Sends to a server as much as it takes, and reads nothing. `other` is another
// client of the server: while it is answered, the server has the time to take
// more. Returns what was sent.
std::string Fill(Socket& client, Socket& other) {
  // More than the system keeps for a connection.
  constexpr std::size_t kMost = std::size_t{64} << 20;
  const absl::Duration timeout = client.GetTimeout();
  EXPECT_TRUE(client.SetTimeout(absl::ZeroDuration()).ok());
  const std::string block = Pattern(100'003);
  std::string sent;
  for (int full = 0; full < 20;) {
    const absl::string_view rest =
        absl::string_view(block).substr(sent.size() % block.size());
    const absl::StatusOr<std::size_t> size = client.Send(rest);
    if (size.ok()) {
      full = 0;
      sent.append(rest.data(), *size);
      if (sent.size() <= kMost) continue;
      ADD_FAILURE() << "the server keeps all that it receives";
      break;
    }
    if (!IsWouldBlock(size.status())) {
      ADD_FAILURE() << size.status();
      break;
    }
    ++full;
    ExpectAnswer(other, "still served");
    if (::testing::Test::HasFatalFailure()) break;
  }
  EXPECT_TRUE(client.SetTimeout(timeout).ok());
  return sent;
}

// Makes closing reset the connection.
void ResetAtTheEnd(Socket& client) {
  const int linger[] = {1, 0};
  ASSERT_TRUE(
      client
          .SetSockOpt(kSolSocket, kSoLinger,
                      absl::string_view(reinterpret_cast<const char*>(linger),
                                        sizeof linger))
          .ok());
}

TEST(EchoClientsTest, OneThatDoesNotReadIsNotReadFrom) {
  MortiseProgram echo({"echo", "--port", "0", "-4"});
  Socket slow = ConnectTcp(echo);
  Socket other = ConnectTcp(echo);
  const std::string sent = Fill(slow, other);
  // Nothing of it is lost.
  ASSERT_TRUE(slow.Shutdown(ShutdownHow::kWrite).ok());
  EXPECT_TRUE(ReceiveAll(slow) == sent);
  ExpectAnswer(other, "the end");
  EXPECT_THAT(echo.err(), IsEmpty());
}

TEST(EchoClientsTest, OneThatResetsBeforeItReadsIsForgotten) {
  MortiseProgram echo({"echo", "--port", "0", "-4"});
  Socket other = ConnectTcp(echo);
  {
    Socket rude = ConnectTcp(echo);
    Fill(rude, other);
    ResetAtTheEnd(rude);
  }
  EXPECT_TRUE(echo.WaitForErr("\n"));
  EXPECT_THAT(echo.err(), HasSubstr("mortise: client 127.0.0.1:"));
  ExpectAnswer(other, "still there");
}

TEST(EchoClientsTest, TwoHundredAreServedAtOnce) {
  MortiseProgram echo({"echo", "--port", "0", "-4"});
  constexpr int kClients = 200;
  std::vector<Socket> clients;
  for (int i = 0; i < kClients; ++i) clients.push_back(ConnectTcp(echo));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < kClients; ++i) {
      ASSERT_TRUE(clients[i].SendAll(absl::StrCat(1000 + i)).ok());
    }
    for (int i = kClients - 1; i >= 0; --i) {
      ASSERT_EQ(clients[i].Recv(4).value_or("failed"), absl::StrCat(1000 + i));
    }
  }
  for (Socket& client : clients) {
    ASSERT_TRUE(client.Shutdown(ShutdownHow::kWrite).ok());
    ASSERT_EQ(client.Recv(1).value_or("failed"), "");
  }
  EXPECT_THAT(echo.err(), IsEmpty());
}

TEST(EchoClientsTest, AReceiverOfDatagramsThatIsFullDoesNotStopOthers) {
  if (const auto lack = Lacks(kLoopbackUnix)) GTEST_SKIP() << *lack;
  MortiseProgram echo(
      {"echo", "--udp", "--unix", program::TemporaryUnixPath()});
  const SocketAddress server = SocketAddress::Parse(echo.ListeningOn()).value();
  Peer full(kLoopbackUnix, kSockDgram);
  Peer other(kLoopbackUnix, kSockDgram);
  // Each answer fills the socket that nobody reads.
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(full.socket().SendTo("x", server).ok());
  }
  ASSERT_TRUE(other.socket().SendTo("still served", server).ok());
  EXPECT_EQ(other.socket().Recv(100).value_or("failed"), "still served");
}

// Every client has been answered at least once, so the server has accepted it.
TEST(EchoClientsTest, AnInterruptionLetsThemHaveTheirAnswers) {
  for (const Interruption& how : Interruptions()) {
    SCOPED_TRACE(how.name);
    MortiseProgram echo({"echo", "--port", "0", "-4"});
    Socket idle = ConnectTcp(echo);
    Socket busy = ConnectTcp(echo);
    Socket ended = ConnectTcp(echo);
    for (Socket* client : {&idle, &busy, &ended}) ExpectAnswer(*client, "x");
    const std::string data = Pattern(100'000);
    ASSERT_TRUE(busy.SendAll(data).ok());
    ASSERT_TRUE(ended.SendAll(data).ok());
    ASSERT_TRUE(ended.Shutdown(ShutdownHow::kWrite).ok());
    if (!echo.Interrupt(how)) GTEST_SKIP() << "no console to interrupt from";
    EXPECT_TRUE(ReceiveAll(busy) == data);
    EXPECT_TRUE(ReceiveAll(ended) == data);
    EXPECT_EQ(ReceiveAll(idle), "");
    EXPECT_EQ(echo.Wait(), how.result);
    EXPECT_THAT(echo.err(), IsEmpty());
  }
}

TEST(EchoClientsTest, AnInterruptionDoesNotWaitForEverForOneThatDoesNotRead) {
  MortiseProgram echo({"echo", "--port", "0", "-4"});
  Socket other = ConnectTcp(echo);
  Socket slow = ConnectTcp(echo);
  Fill(slow, other);
  const Interruption how = Interruptions().front();
  if (!echo.Interrupt(how)) GTEST_SKIP() << "no console to interrupt from";
  EXPECT_EQ(ReceiveAll(other), "");
  EXPECT_EQ(echo.Wait(), how.result);
  EXPECT_THAT(echo.err(), HasSubstr("cut off, because the program ends"));
}

}  // namespace
}  // namespace mortise::testing
