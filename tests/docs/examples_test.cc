// Runs the example programs with each other.

#include <cstddef>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tools/mortise/subprocess.h"
#include "mortise/tests/tree.h"

namespace mortise {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::Subprocess;
using testing::TreePath;

class Example : public Subprocess {
 public:
  Example(absl::string_view name, std::vector<std::string> words)
      : Subprocess(Command(name, std::move(words))) {}
  // Runs it with a limited number of descriptors. It writes the number of its
  // process to its error output. Only for a system with a shell.
  struct Descriptors {
    int most;
  };
  Example(absl::string_view name, std::vector<std::string> words,
          Descriptors limit)
      : Subprocess(Limited(Command(name, std::move(words)), limit.most)) {}

  // Returns the output with the line ends of the source. Windows writes them as
  // \r\n.
  std::string out() {
    return absl::StrReplaceAll(Subprocess::out(), {{"\r", ""}});
  }

  // For a server: returns the port on which it says that it listens.
  std::string Port() {
    EXPECT_TRUE(WaitForOut("\n")) << err();
    const std::string text = out();
    const std::size_t end = text.find('\n');
    const std::size_t colon = text.rfind(':', end);
    return text.substr(colon + 1, end - colon - 1);
  }

 private:
  static std::vector<std::string> Command(absl::string_view name,
                                          std::vector<std::string> words) {
    words.insert(words.begin(), TreePath(absl::StrCat("docs/examples/", name)));
    return words;
  }
  static std::vector<std::string> Limited(std::vector<std::string> command,
                                          int most) {
    command.insert(command.begin(),
                   {"/bin/sh", "-c",
                    absl::StrCat("ulimit -n ", most,
                                 " && echo $$ >&2 && exec \"$0\" \"$@\"")});
    return command;
  }
};

struct Meeting {
  std::string name;
  std::string server;
  std::string server_host;
  std::string client;
  std::string client_host;
};

class ExamplesTest : public ::testing::TestWithParam<Meeting> {};

bool HasIpv6() {
  absl::StatusOr<Socket> socket = Socket::Create(kAfInet6, kSockStream);
  return socket.ok() && socket->Bind({"::1", 0}).ok();
}

TEST_P(ExamplesTest, Meet) {
  if (GetParam().server_host == "::1" && !HasIpv6()) {
    GTEST_SKIP() << "no IPv6 here";
  }
  if (GetParam().client_host == "localhost" && !contract::KnowsLocalhost()) {
    GTEST_SKIP() << "localhost is unknown here";
  }
  Example server(GetParam().server, {GetParam().server_host, "0"});
  Example client(GetParam().client, {GetParam().client_host, server.Port()});
  // Fails the test now, because otherwise the server would wait for ever.
  ASSERT_EQ(client.Wait(), 0) << client.err();
  EXPECT_EQ(client.out(), "Received Hello, world\n");
  EXPECT_EQ(server.Wait(), 0) << server.err();
  EXPECT_THAT(server.out(), HasSubstr("Connected by "));
}

INSTANTIATE_TEST_SUITE_P(
    Pairs, ExamplesTest,
    ::testing::Values(
        Meeting{"Ipv4", "echo_server", "127.0.0.1", "echo_client", "127.0.0.1"},
        Meeting{"EveryAddress", "echo_server", "", "echo_client", "localhost"},
        Meeting{"DualStackOnIpv4", "dual_stack_echo_server", "127.0.0.1",
                "dual_stack_echo_client", "127.0.0.1"},
        Meeting{"DualStackOnIpv6", "dual_stack_echo_server", "::1",
                "dual_stack_echo_client", "::1"},
        Meeting{"DualStackByName", "dual_stack_echo_server", "localhost",
                "dual_stack_echo_client", "localhost"},
        Meeting{"DualStackOnEveryAddress", "dual_stack_echo_server", "",
                "dual_stack_echo_client", "localhost"},
        Meeting{"DualStackClientOfAnIpv4Server", "echo_server", "127.0.0.1",
                "dual_stack_echo_client", "localhost"}),
    [](const auto& info) { return info.param.name; });

class FailuresTest : public ::testing::TestWithParam<std::string> {};

TEST_P(FailuresTest, AreTold) {
  // For a server, this port is taken. For a client, no server listens on it.
  Socket bound = Socket::Create(kAfInet, kSockStream).value();
  ASSERT_TRUE(bound.Bind({"127.0.0.1", 0}).ok());
  const std::string port = absl::StrCat(bound.GetSockName().value().port());
  const bool is_server = absl::StrContains(GetParam(), "server");
  Example example(GetParam(), {"127.0.0.1", port});
  EXPECT_EQ(example.Wait(), 1);
  EXPECT_THAT(example.err(),
              StartsWith(absl::StrCat(is_server ? "bind" : "connect",
                                      " 127.0.0.1:", port, ": ")));

  // "fetch" is the shortest example. It prints more, and checks less.
  if (GetParam() == "fetch") return;
  EXPECT_EQ(example.err().find('\n'), example.err().size() - 1);
  Example wrong(GetParam(), {"127.0.0.1", "http"});
  EXPECT_EQ(wrong.Wait(), 1);
  EXPECT_THAT(wrong.err(), HasSubstr("port"));
}

INSTANTIATE_TEST_SUITE_P(Examples, FailuresTest,
                         ::testing::Values("echo_server", "echo_client",
                                           "dual_stack_echo_server",
                                           "dual_stack_echo_client", "fetch"),
                         [](const auto& info) { return info.param; });

TEST(FetchTest, PrintsTheAnswer) {
  Socket listener = Socket::Create(kAfInet, kSockStream).value();
  ASSERT_TRUE(listener.SetTimeout(absl::Seconds(40)).ok());
  ASSERT_TRUE(listener.Bind({"127.0.0.1", 0}).ok());
  ASSERT_TRUE(listener.Listen().ok());
  Example fetch("fetch", {"127.0.0.1",
                          absl::StrCat(listener.GetSockName().value().port())});
  Socket client = std::move(listener.Accept().value().socket);
  ASSERT_TRUE(client.SetTimeout(absl::Seconds(40)).ok());
  std::string request;
  while (!absl::StrContains(request, "\r\n\r\n")) {
    const std::string piece = client.Recv(1000).value();
    ASSERT_FALSE(piece.empty());
    request += piece;
  }
  EXPECT_EQ(request, "GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
  ASSERT_TRUE(client.SendAll("HTTP/1.0 200 OK\r\n\r\nthe page").ok());
  ASSERT_TRUE(client.Close().ok());
  EXPECT_EQ(fetch.Wait(), 0);
  EXPECT_EQ(fetch.out(), "HTTP/1.0 200 OK\n\nthe page");
}

TEST(DeliverTest, DeliversTheMessageAndPrintsTheAnswer) {
  Socket listener = Socket::Create(kAfInet, kSockStream).value();
  ASSERT_TRUE(listener.SetTimeout(absl::Seconds(40)).ok());
  ASSERT_TRUE(listener.Bind({"127.0.0.1", 0}).ok());
  ASSERT_TRUE(listener.Listen().ok());
  Example deliver(
      "deliver",
      {"127.0.0.1", absl::StrCat(listener.GetSockName().value().port()),
       "the message"});
  Socket client = std::move(listener.Accept().value().socket);
  ASSERT_TRUE(client.SetTimeout(absl::Seconds(40)).ok());
  std::string message;
  for (;;) {
    const std::string piece = client.Recv(1000).value();
    if (piece.empty()) break;
    message += piece;
  }
  EXPECT_EQ(message, "the message");
  ASSERT_TRUE(client.SendAll("thank you\ngoodbye\n").ok());
  ASSERT_TRUE(client.Close().ok());
  EXPECT_EQ(deliver.Wait(), 0) << deliver.err();
  EXPECT_EQ(deliver.out(), "Received thank you\nReceived goodbye\n");
}

TEST(DeliverTest, TellsAFailure) {
  Socket bound = Socket::Create(kAfInet, kSockStream).value();
  ASSERT_TRUE(bound.Bind({"127.0.0.1", 0}).ok());
  Example deliver(
      "deliver",
      {"127.0.0.1", absl::StrCat(bound.GetSockName().value().port()), "x"});
  EXPECT_EQ(deliver.Wait(), 1);
  EXPECT_THAT(deliver.err(), StartsWith("connect 127.0.0.1:"));
  Example no_words("deliver", {});
  EXPECT_EQ(no_words.Wait(), 2);
}

// A client of the chat server.
Socket Join(const std::string& port) {
  Socket client = Socket::Create(kAfInet, kSockStream).value();
  EXPECT_TRUE(client.SetTimeout(absl::Seconds(40)).ok());
  EXPECT_TRUE(client.Connect({"127.0.0.1", std::stoi(port)}).ok());
  return client;
}

// Waits until `listener` hears what `speaker` says.
void ExpectHeard(Socket& speaker, Socket& listener, absl::string_view text) {
  ASSERT_TRUE(speaker.SendAll(text).ok());
  std::string heard;
  while (heard.size() < text.size()) {
    const std::string piece = listener.Recv(1000).value();
    ASSERT_FALSE(piece.empty()) << "after: " << heard;
    heard += piece;
  }
  EXPECT_EQ(heard, text);
}

TEST(ChatServerTest, WhatOneSaysAllOthersHear) {
  Example server("chat_server", {"0"});
  const std::string port = server.Port();
  // Whoever came first is served first, so `one` is there once `two` is heard.
  Socket one = Join(port);
  Socket two = Join(port);
  ExpectHeard(two, one, "hello\n");
  ExpectHeard(one, two, "good day\n");
  {
    // A client that leaves without reading what it is sent.
    Socket rude = Join(port);
    ExpectHeard(rude, one, "hey\n");
    EXPECT_EQ(two.Recv(1000).value(), "hey\n");
    ExpectHeard(one, two, "calm down\n");
  }
  ExpectHeard(two, one, "still there?\n");
  ExpectHeard(one, two, "yes\n");
}

// Clients that the server has no descriptors for wait until others have left.
TEST(ChatServerTest, IsAsleepWhileItHasNoDescriptorsLeft) {
  // A program under Wine finds the machine's files, and cannot run them.
  if (!contract::FileExists("/bin/sh") || contract::RunsUnderQemu() ||
      contract::RunsUnderWine()) {
    GTEST_SKIP() << "the number of its descriptors cannot be limited";
  }
  Example server("chat_server", {"0"}, Example::Descriptors{20});
  const std::string port = server.Port();
  std::vector<Socket> clients;
  for (int i = 0; i < 25; ++i) clients.push_back(Join(port));
  ExpectHeard(clients[1], clients[0], "hello\n");
  // A server that tries to accept the others again and again never sleeps. Not
  // every system tells.
  const std::string number = server.err();
  const std::string process =
      absl::StrCat("/proc/", number.substr(0, number.find('\n')));
  while (contract::IsAsleep(process) == false) std::this_thread::yield();
  clients.erase(clients.begin() + 1, clients.end() - 1);
  ExpectHeard(clients[1], clients[0], "at last\n");
  EXPECT_FALSE(absl::StrContains(server.err(), "EMFILE"));
}

// Returns what comes until the end of a line, or of the connection.
std::string ReadLine(Socket& socket) {
  std::string line;
  while (line.empty() || line.back() != '\n') {
    const std::string piece = socket.Recv(1).value();
    if (piece.empty()) break;
    line += piece;
  }
  return line;
}

TEST(GreetingServerTest, FinishesWhatHasBegunWhenItIsTerminated) {
  Example server("greeting_server", {"0"});
  const int port = std::stoi(server.Port());
  Socket clients[2];
  for (Socket& client : clients) {
    client = Socket::Create(kAfInet, kSockStream).value();
    ASSERT_TRUE(client.SetTimeout(absl::Seconds(40)).ok());
    ASSERT_TRUE(client.Connect({"127.0.0.1", port}).ok());
    ASSERT_TRUE(client.SendAll("hello\n").ok());
    ASSERT_EQ(ReadLine(client), "And you are?\n");
  }
  // The second client's request is over, and the first one's is not.
  ASSERT_TRUE(clients[1].SendAll("Bob\n").ok());
  ASSERT_EQ(ReadLine(clients[1]), "Hello, Bob\n");
  bool terminated = false;
  for (const testing::Interruption& how : testing::Interruptions()) {
    if (how.name == "SIGTERM") terminated = server.Interrupt(how);
  }
  if (!terminated) GTEST_SKIP() << "no SIGTERM here";
  EXPECT_EQ(ReadLine(clients[1]), "");
  ASSERT_TRUE(clients[0].SendAll("Ann\n").ok());
  EXPECT_EQ(ReadLine(clients[0]), "Hello, Ann\n");
  EXPECT_EQ(ReadLine(clients[0]), "");
  EXPECT_EQ(server.Wait(), 0) << server.err();
  EXPECT_THAT(server.out(), HasSubstr("Stopped\n"));
  EXPECT_EQ(server.err(), "");
}

}  // namespace
}  // namespace mortise
