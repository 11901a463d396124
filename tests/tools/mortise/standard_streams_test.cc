// `mortise` with standard streams that are not the usual blocking pipes.

#include <cstddef>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/mortise_program.h"
#include "mortise/tests/tools/mortise/subprocess.h"

namespace mortise::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

Words Connect(Words words, const Peer& peer) {
  words.insert(words.begin(), "connect");
  for (const std::string& word : peer.words()) words.push_back(word);
  return words;
}

// --- Non-blocking streams ---------------------------------------------------

ChildStreams NonBlocking() {
  ChildStreams streams;
  streams.input = ChildStreams::kNonBlockingPipe;
  streams.output = ChildStreams::kNonBlockingPipe;
  streams.error = ChildStreams::kNonBlockingPipe;
  return streams;
}

TEST(NonBlockingStreamsTest, InputThatComesLateIsWaitedFor) {
  Peer peer(kLoopbackIpv4, kSockStream);
  MortiseProgram connect(Connect({}, peer), NonBlocking());
  Socket client = peer.Accept();
  for (const std::string& text : Words{"one", "two", "three"}) {
    ASSERT_TRUE(connect.Write(text));
    ASSERT_EQ(client.Recv(text.size()).value_or("failed"), text);
    // When the program has printed this, it waits for input again.
    ASSERT_TRUE(client.SendAll(text).ok());
    ASSERT_TRUE(connect.WaitForOut(text));
  }
  connect.EndInput();
  EXPECT_EQ(ReceiveAll(client), "");
  ASSERT_TRUE(client.Close().ok());
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
  EXPECT_EQ(connect.out(), "onetwothree");
}

TEST(NonBlockingStreamsTest, MuchIsCopiedBothWaysWithoutALoss) {
  Peer peer(kLoopbackIpv4, kSockStream);
  MortiseProgram connect(Connect({}, peer), NonBlocking());
  Socket client = peer.Accept();
  ExpectBothAreCopied(connect, client, Pattern(4'000'000),
                      "other " + Pattern(5'000'000));
}

TEST(NonBlockingStreamsTest, OutputThatIsReadLateIsWhole) {
  MortiseProgram usual({"constants", "--json"});
  MortiseProgram late({"constants", "--json"}, NonBlocking(), Reading::kLater);
  // The output is more than a pipe holds. While the first program runs to its
  // end, the second one has the time to fill its pipe.
  EXPECT_EQ(usual.Wait(), 0);
  late.StartReading();
  EXPECT_EQ(late.Wait(), 0) << late.err();
  EXPECT_TRUE(late.out() == usual.out());
}

// --- Output that cannot be written ------------------------------------------

struct BadOutput {
  std::string name;
  ChildStreams streams;
};

void PrintTo(const BadOutput& output, std::ostream* out) {
  *out << output.name;
}

std::vector<BadOutput> BadOutputs() {
  std::vector<BadOutput> outputs(3);
  outputs[0].name = "BrokenPipe";
  outputs[0].streams.output = ChildStreams::kBrokenPipe;
  outputs[1].name = "Closed";
  outputs[1].streams.output = ChildStreams::kClosed;
  outputs[2].name = "Full";
  outputs[2].streams.output = ChildStreams::kFile;
  outputs[2].streams.file = "/dev/full";
  return outputs;
}

class BadOutputTest : public ::testing::TestWithParam<BadOutput> {
 protected:
  void SetUp() override {
    const std::string& file = streams().file;
    if (!file.empty() && !FileExists(file)) GTEST_SKIP() << "no " << file;
    if (GetParam().name == "Closed" && contract::RunsUnderQemu()) {
      GTEST_SKIP() << "the emulator opens a file of its own there";
    }
  }

  const ChildStreams& streams() const { return GetParam().streams; }
};

void ExpectFailure(MortiseProgram& program) {
  EXPECT_EQ(program.Wait(), 1);
  EXPECT_THAT(program.err(),
              AllOf(HasSubstr("mortise: standard output: "), EndsWith("\n")));
}

TEST_P(BadOutputTest, IsAFailureOfEachCommand) {
  for (const Words& words : {
           Words{},
           Words{"--help"},
           Words{"--version"},
           Words{"connect", "--help"},
           Words{"constants"},
           Words{"constants", "--help"},
           Words{"demo"},
           Words{"doctor"},
           Words{"echo", "--port", "0"},
           Words{"resolve", "127.0.0.1"},
       }) {
    SCOPED_TRACE(absl::StrJoin(words, " "));
    MortiseProgram program(words, streams());
    ExpectFailure(program);
  }
}

TEST_P(BadOutputTest, IsAFailureOfConnect) {
  Peer peer(kLoopbackIpv4, kSockStream);
  MortiseProgram connect(Connect({}, peer), streams());
  Socket client = peer.Accept();
  ASSERT_TRUE(client.SendAll("x").ok());
  ExpectFailure(connect);
}

TEST_P(BadOutputTest, IsAFailureOfListen) {
  for (const Words& words :
       {Words{"listen", "127.0.0.1", "0"},
        Words{"listen", "--keep-open", "127.0.0.1", "0"}}) {
    SCOPED_TRACE(absl::StrJoin(words, " "));
    MortiseProgram listen(words, streams());
    Socket client = ConnectTo(kLoopbackIpv4, kSockStream, listen.ListeningOn());
    ASSERT_TRUE(client.SendAll("x").ok());
    ExpectFailure(listen);
  }
}

// A wrong command line is reported as such, whatever the output is.
TEST_P(BadOutputTest, IsNotReachedByAWrongCommandLine) {
  MortiseProgram program({"demo", "word"}, streams());
  EXPECT_EQ(program.Wait(), 2);
  EXPECT_THAT(program.err(), StartsWith("mortise demo: "));
}

INSTANTIATE_TEST_SUITE_P(Outputs, BadOutputTest,
                         ::testing::ValuesIn(BadOutputs()),
                         [](const auto& info) { return info.param.name; });

// --- Streams that are not there ---------------------------------------------

TEST(ClosedStreamsTest, NoSocketTakesTheirPlace) {
  if (contract::RunsUnderQemu()) {
    GTEST_SKIP() << "the emulator opens files of its own there";
  }
  Peer peer(kLoopbackIpv4, kSockStream);
  ChildStreams streams;
  streams.input = ChildStreams::kClosed;
  streams.output = ChildStreams::kClosed;
  streams.error = ChildStreams::kClosed;
  MortiseProgram connect(Connect({}, peer), streams);
  Socket client = peer.Accept();
  // The peer gets back neither its own data nor a message of the program.
  EXPECT_EQ(client.Recv(1).value_or("failed"), "");
  ASSERT_TRUE(client.SendAll("x").ok());
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_EQ(client.Recv(1).value_or(""), "");
}

TEST(ClosedStreamsTest, OutputIsWrittenThoughThereIsNoInput) {
  Peer peer(kLoopbackIpv4, kSockStream);
  ChildStreams streams;
  streams.input = ChildStreams::kClosed;
  MortiseProgram connect(Connect({}, peer), streams);
  Socket client = peer.Accept();
  EXPECT_EQ(ReceiveAll(client), "");
  ASSERT_TRUE(client.SendAll("answer").ok());
  ASSERT_TRUE(client.Close().ok());
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
  EXPECT_EQ(connect.out(), "answer");
}

TEST(InputTest, ADirectoryIsAFailure) {
  Peer peer(kLoopbackIpv4, kSockStream);
  ChildStreams streams;
  streams.input = ChildStreams::kFile;
  streams.file = "/";
  MortiseProgram connect(Connect({}, peer), streams);
  Socket client = peer.Accept();
  EXPECT_EQ(ReceiveAll(client), "");
  ASSERT_TRUE(client.Close().ok());
  EXPECT_EQ(connect.Wait(), 1);
  EXPECT_THAT(connect.err(), StartsWith("mortise: standard input: "));
}

// --- Output that is read slowly ---------------------------------------------

TEST(SlowReaderTest, LingeringDoesNotCutOffWhatHasCome) {
  Peer peer(kLoopbackIpv4, kSockStream);
  MortiseProgram connect(Connect({"--linger", "1"}, peer), {}, Reading::kLater);
  Socket client = peer.Accept();
  // The first piece arrives before the program can begin to linger.
  const std::string data = Pattern(4'000'000);
  const absl::string_view all(data);
  constexpr std::size_t kFirst = 50'000;
  ASSERT_TRUE(client.SendAll(all.substr(0, kFirst)).ok());
  connect.EndInput();
  EXPECT_EQ(ReceiveAll(client), "");
  std::thread sender([&] {
    EXPECT_TRUE(client.SendAll(all.substr(kFirst)).ok());
    EXPECT_TRUE(client.Close().ok());
  });
  // This program serves as a clock: it begins to wait later than the other one,
  // and waits for longer.
  MortiseProgram clock({"listen", "--timeout", "2", "127.0.0.1", "0"});
  EXPECT_EQ(clock.Wait(), 1);
  connect.StartReading();
  sender.join();
  EXPECT_EQ(connect.Wait(), 0) << connect.err();
  EXPECT_TRUE(connect.out() == data);
}

}  // namespace
}  // namespace mortise::testing
