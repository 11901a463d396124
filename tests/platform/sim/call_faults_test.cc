// Rules about the calls of programs in a simulation.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using fault::Call;

constexpr int kPort = 80;

ErrorCode CodeOf(const absl::Status& status) {
  return ErrorOf(status).value_or(Error()).code;
}

CallMatch Calls(Call call) {
  CallMatch which;
  which.call = call;
  return which;
}

class Lines final : public TraceSink {
 public:
  void Line(absl::string_view line) override { lines_.emplace_back(line); }
  const std::vector<std::string>& all() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

// Two hosts, of which "web" sends "hello" to its first client.
class CallFaultsInSimulationTest : public ::testing::Test {
 protected:
  static SimulationOptions WithTrace(TraceSink& sink) {
    SimulationOptions options;
    options.trace = &sink;
    return options;
  }

  // Runs `client` on "app" when the server listens.
  template <typename Client>
  void Run(Client client) {
    const absl::Status status = simulation_.Run(app_, [&] {
      Thread server = web_.Start("server", [] { Serve(); });
      simulation_.clock().Sleep(absl::Seconds(1));
      client();
    });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_THAT(simulation_.left_to_chance(), IsEmpty());
  }

  static void Serve() {
    absl::StatusOr<Socket> listener = Socket::Create(kAfInet, kSockStream);
    ASSERT_TRUE(listener.ok()) << listener.status();
    ASSERT_TRUE(listener->Bind({"", kPort}).ok());
    ASSERT_TRUE(listener->Listen().ok());
    ASSERT_TRUE(listener->SetTimeout(absl::Minutes(1)).ok());
    absl::StatusOr<AcceptResult> client = listener->Accept();
    if (!client.ok()) return;
    EXPECT_TRUE(client->socket.SendAll("hello").ok());
    (void)client->socket.Recv(100);
  }

  static Socket MustConnect() {
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
    EXPECT_TRUE(socket.ok()) << socket.status();
    if (!socket.ok()) return Socket();
    const absl::Status connected = socket->Connect(HostPort{"web", kPort});
    EXPECT_TRUE(connected.ok()) << connected;
    return *std::move(socket);
  }

  Faults& faults() { return simulation_.faults(); }

  Lines lines_;
  Simulation simulation_{WithTrace(lines_)};
  Host& app_ = simulation_.AddHost("app");
  Host& web_ = simulation_.AddHost("web");
};

TEST_F(CallFaultsInSimulationTest, ACallIsCutAndTheTraceSaysSo) {
  const Rule rule = faults().OnCalls(Calls(Call::kRecv), CallFault::Cut(3));
  Run([] {
    Socket socket = MustConnect();
    const absl::StatusOr<std::string> piece = socket.Recv(100);
    ASSERT_TRUE(piece.ok()) << piece.status();
    EXPECT_EQ(*piece, "hel");
    EXPECT_EQ(socket.Recv(100).value_or(""), "lo");
  });
  EXPECT_EQ(rule.hits(), 1);
  EXPECT_THAT(lines_.all(),
              Contains(HasSubstr("app/1 Recv 1073741824 by rule Recv: "
                                 "Cut(3), First(1)")));
}

TEST_F(CallFaultsInSimulationTest, ARuleMayBeAboutOneHost) {
  CallMatch which = Calls(Call::kSocket);
  which.host = web_;
  const Rule rule =
      faults().OnCalls(which, CallFault::Fail(ErrorCode::kEmfile));
  const absl::Status status = simulation_.Run(app_, [&] {
    EXPECT_TRUE(Socket::Create(kAfInet, kSockStream, 0, &app_.platform()).ok());
    const absl::Status failed =
        Socket::Create(kAfInet, kSockStream, 0, &web_.platform()).status();
    EXPECT_EQ(CodeOf(failed), ErrorCode::kEmfile);
    EXPECT_TRUE(Socket::Create(kAfInet, kSockStream, 0, &web_.platform()).ok());
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(rule.text(), "Socket on host 2: Fail(EMFILE), First(1)");
  EXPECT_EQ(rule.hits(), 1);
}

TEST_F(CallFaultsInSimulationTest, ARuleWithoutAHostCountsTheCallsOfAll) {
  const Rule rule = faults().OnCalls(
      Calls(Call::kSocket), CallFault::Fail(ErrorCode::kEmfile), When::Nth(2));
  const absl::Status status = simulation_.Run(app_, [&] {
    EXPECT_TRUE(Socket::Create(kAfInet, kSockStream, 0, &app_.platform()).ok());
    const absl::Status failed =
        Socket::Create(kAfInet, kSockStream, 0, &web_.platform()).status();
    EXPECT_EQ(CodeOf(failed), ErrorCode::kEmfile);
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(CallFaultsInSimulationTest, TheTimeThatACallTakesIsVirtual) {
  faults()
      .OnCalls(Calls(Call::kListen), CallFault::Take(absl::Minutes(5)))
      .Keep();
  const absl::Status status = simulation_.Run(app_, [&] {
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
    ASSERT_TRUE(socket.ok()) << socket.status();
    const absl::Time begin = simulation_.clock().TimeNow();
    EXPECT_TRUE(socket->Listen().ok());
    EXPECT_EQ(simulation_.clock().TimeNow() - begin, absl::Minutes(5));
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(simulation_.left_to_chance(), IsEmpty());
}

// The limits of a rule are on the clock of the simulation.
TEST_F(CallFaultsInSimulationTest, ARuleMayActForATime) {
  const Rule rule = faults().OnCalls(
      Calls(Call::kSocket), CallFault::Fail(ErrorCode::kEnobufs),
      When::Always().After(absl::Seconds(10)).Until(absl::Seconds(20)));
  const auto code = [] {
    return CodeOf(Socket::Create(kAfInet, kSockStream).status());
  };
  const absl::Status status = simulation_.Run(app_, [&] {
    EXPECT_EQ(code(), ErrorCode::kUnmapped);
    simulation_.clock().Sleep(absl::Seconds(10));
    EXPECT_EQ(code(), ErrorCode::kEnobufs);
    simulation_.clock().Sleep(absl::Seconds(10));
    EXPECT_EQ(code(), ErrorCode::kUnmapped);
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(rule.hits(), 1);
}

// The program waits for readiness, is told so falsely, and waits again.
TEST_F(CallFaultsInSimulationTest, FalseReadinessAndWouldBlockAreSurvived) {
  const Rule falsely = faults().OnCalls(
      Calls(Call::kWaitInterruptibly), CallFault::FalseReady(), When::First(3));
  const Rule blocks = faults().OnCalls(Calls(Call::kRecv),
                                       CallFault::WouldBlock(), When::First(2));
  Run([] {
    Socket socket = MustConnect();
    ASSERT_TRUE(socket.SetTimeout(absl::Minutes(1)).ok());
    EXPECT_EQ(socket.Recv(100).value_or(""), "hello");
  });
  EXPECT_EQ(falsely.hits(), 3);
  EXPECT_EQ(blocks.hits(), 2);
}

// A call that always fails is a scheduling point each time, so that other
// threads run and time goes on.
TEST_F(CallFaultsInSimulationTest, ALoopOfCallsThatFailGetsOn) {
  faults()
      .OnCalls(Calls(Call::kListen), CallFault::Fail(ErrorCode::kEaddrinuse),
               When::Always().Until(absl::Milliseconds(5)))
      .Keep();
  const absl::Status status = simulation_.Run(app_, [&] {
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
    ASSERT_TRUE(socket.ok()) << socket.status();
    while (!socket->Listen().ok()) {
    }
    EXPECT_GE(simulation_.clock().TimeNow(),
              absl::FromUnixSeconds(1767225600) + absl::Milliseconds(5));
  });
  EXPECT_TRUE(status.ok()) << status;
}

// A thread that is changing a poll set when its turn ends holds no lock that
// another thread would wait for in the OS.
TEST_F(CallFaultsInSimulationTest, ThreadsShareAPollSet) {
  const absl::Status status = simulation_.Run(app_, [&] {
    const std::unique_ptr<PollSet> set =
        app_.platform().readiness().NewPollSet().value;
    const auto change = [&] {
      for (int i = 0; i < 100; ++i) {
        absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
        ASSERT_TRUE(socket.ok()) << socket.status();
        PollWish wish;
        wish.handle = socket->native_handle();
        wish.events = PollEvents::kReadable;
        wish.cookie = &wish;
        EXPECT_TRUE(set->Add(wish).ok());
        EXPECT_TRUE(set->Change(wish).ok());
        EXPECT_TRUE(set->Remove(wish.handle).ok());
      }
    };
    Thread other("other", change);
    change();
    other.join();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(simulation_.left_to_chance(), IsEmpty());
}

// --- Determinism -------------------------------------------------------------

struct Digest {
  std::uint64_t digest = 0;
  std::int64_t hits = 0;
};

// Many small messages, of which a rule cuts some, beside a rule about another
// call that never acts.
Digest DigestWith(std::uint64_t seed, bool cuts, bool has_idle_rule) {
  SimulationOptions options;
  options.seed = seed;
  Simulation simulation(options);
  Host& host = simulation.AddHost("web");
  std::vector<Rule> rules;
  if (has_idle_rule) {
    rules.push_back(simulation.faults().OnCalls(
        Calls(Call::kRecvMsg), CallFault::Cut(1), When::OneIn(2)));
  }
  if (cuts) {
    rules.push_back(simulation.faults().OnCalls(
        Calls(Call::kRecv), CallFault::Cut(1), When::OneIn(4)));
  }
  const absl::Status status = simulation.Run(host, [] {
    absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
    ASSERT_TRUE(pair.ok()) << pair.status();
    Thread writer("writer", [&pair] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(pair->first.SendAll("xy").ok());
      }
      EXPECT_TRUE(pair->first.Shutdown(ShutdownHow::kWrite).ok());
    });
    for (;;) {
      const absl::StatusOr<std::string> piece = pair->second.Recv(2);
      ASSERT_TRUE(piece.ok()) << piece.status();
      if (piece->empty()) break;
    }
    writer.join();
  });
  EXPECT_TRUE(status.ok()) << status;
  return {simulation.digest(), cuts ? rules.back().hits() : 0};
}

TEST(CallFaultsAreDeterminedTest, BySeedAndNotByRulesThatDoNothing) {
  const Digest cut = DigestWith(1, true, false);
  EXPECT_GT(cut.hits, 0);
  EXPECT_EQ(DigestWith(1, true, false).digest, cut.digest);
  EXPECT_EQ(DigestWith(1, true, true).digest, cut.digest);
  EXPECT_EQ(DigestWith(1, true, true).hits, cut.hits);
  EXPECT_NE(DigestWith(2, true, false).digest, cut.digest);
  const Digest plain = DigestWith(1, false, false);
  EXPECT_NE(plain.digest, cut.digest);
  EXPECT_EQ(DigestWith(1, false, true).digest, plain.digest);
}

// --- Arguments ---------------------------------------------------------------

using CallFaultsInSimulationDeathTest = CallFaultsInSimulationTest;

TEST_F(CallFaultsInSimulationDeathTest, AnArgumentThatMakesNoSenseIsNamed) {
  CallMatch elsewhere;
  elsewhere.host = HostId(7);
  EXPECT_DEATH(
      faults().OnCalls(elsewhere, CallFault::Fail(ErrorCode::kEintr)).Keep(),
      "HostId is not a host");
  EXPECT_DEATH(faults().OnCalls(Calls(Call::kListen), CallFault::Cut(1)).Keep(),
               "Faults::OnCalls: .*Listen");
  CallMatch port;
  port.port = 65536;
  EXPECT_DEATH(
      faults().OnCalls(port, CallFault::Fail(ErrorCode::kEintr)).Keep(),
      "which: port: 65536 is not between 0 and 65535");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
