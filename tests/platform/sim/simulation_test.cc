#include "mortise/platform/sim/simulation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/default_timeout.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/platform_scope.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/real_world.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/platform/thread_platform.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;

// What each way over the loopback interface takes.
constexpr absl::Duration kOneWay = absl::Microseconds(10);

Socket MustCreate(AddressFamily family, SocketType type) {
  absl::StatusOr<Socket> socket = Socket::Create(family, type);
  EXPECT_TRUE(socket.ok()) << socket.status();
  return socket.ok() ? *std::move(socket) : Socket();
}

Socket MustListen() {
  Socket listener = MustCreate(kAfInet, kSockStream);
  EXPECT_TRUE(listener.Bind({"127.0.0.1", 80}).ok());
  EXPECT_TRUE(listener.Listen().ok());
  return listener;
}

// Returns the client of a connection to `listener`.
Socket MustConnect() {
  Socket client = MustCreate(kAfInet, kSockStream);
  const absl::Status connected = client.Connect(HostPort{"127.0.0.1", 80});
  EXPECT_TRUE(connected.ok()) << connected;
  return client;
}

// Answers each of `clients` clients.
void Serve(Socket& listener, int clients) {
  for (int i = 0; i < clients; ++i) {
    absl::StatusOr<AcceptResult> client = listener.Accept();
    ASSERT_TRUE(client.ok()) << client.status();
    const absl::StatusOr<std::string> asked = client->socket.Recv(100);
    ASSERT_TRUE(asked.ok()) << asked.status();
    EXPECT_TRUE(client->socket.SendAll(absl::StrCat("re: ", *asked)).ok());
  }
}

ErrorCode CodeOf(const absl::Status& status) {
  const std::optional<Error> error = ErrorOf(status);
  return error.has_value() ? error->code : ErrorCode::kUnmapped;
}

class Lines final : public TraceSink {
 public:
  void Line(absl::string_view line) override { lines_.emplace_back(line); }
  const std::vector<std::string>& all() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

TEST(SimulationTest, ABlockingExchangeTakesTheTimeOfItsPackets) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    ClockCalls& clock = host.platform().clock();
    Socket listener = MustListen();
    Thread server("server", [&listener] { Serve(listener, 1); });
    const absl::Duration begin = clock.Now();
    Socket client = MustConnect();
    const absl::Duration connected = clock.Now();
    EXPECT_EQ(connected - begin, 2 * kOneWay);
    ASSERT_TRUE(client.SendAll("hello").ok());
    EXPECT_EQ(clock.Now(), connected);
    const absl::StatusOr<std::string> answer = client.Recv(100);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(*answer, "re: hello");
    EXPECT_EQ(clock.Now() - connected, 2 * kOneWay);
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(simulation.left_to_chance(), ::testing::IsEmpty());
}

TEST(SimulationTest, ATimeoutTakesItsTimeAndNoMore) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    Socket socket = MustCreate(kAfInet, kSockDgram);
    ASSERT_TRUE(socket.SetTimeout(absl::Hours(1)).ok());
    const absl::Duration begin = host.platform().clock().Now();
    EXPECT_TRUE(IsTimeout(socket.Recv(1).status()));
    EXPECT_EQ(host.platform().clock().Now() - begin, absl::Hours(1));
  });
  EXPECT_TRUE(status.ok()) << status;
}

// The timers of a kernel are events of the run: Linux ignores a SYN for which
// the backlog has no room, and the client sends it again after a second.
TEST(SimulationTest, ASynIsSentAgainAfterASecond) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    Socket listener = MustCreate(kAfInet, kSockStream);
    ASSERT_TRUE(listener.Bind({"127.0.0.1", 80}).ok());
    ASSERT_TRUE(listener.Listen(0).ok());
    Socket first = MustConnect();
    Thread server("server", [&] {
      simulation.clock().Sleep(absl::Milliseconds(500));
      EXPECT_TRUE(listener.Accept().ok());
    });
    const absl::Duration begin = host.platform().clock().Now();
    Socket second = MustConnect();
    EXPECT_EQ(host.platform().clock().Now() - begin,
              absl::Seconds(1) + 2 * kOneWay);
  });
  EXPECT_TRUE(status.ok()) << status;
}

// As poll(2) counts.
TEST(SimulationTest, WaitsAreRoundedUpToMilliseconds) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    ClockCalls& clock = host.platform().clock();
    const absl::Duration begin = clock.Now();
    host.platform().readiness().Sleep(absl::Microseconds(1));
    EXPECT_EQ(clock.Now() - begin, absl::Milliseconds(1));
    host.platform().readiness().WaitInterruptibly({}, {},
                                                  absl::Microseconds(1500));
    EXPECT_EQ(clock.Now() - begin, absl::Milliseconds(3));
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SimulationTest, ADeadlockIsReportedWithTheCallAndTheHandle) {
  SimulationOptions options;
  options.seed = 4711;
  Simulation simulation(options);
  Host& host = simulation.AddHost("web");
  absl::Status received;
  std::int64_t handle = 0;
  const absl::Status status = simulation.Run(host, [&] {
    Socket listener = MustListen();
    Socket client = MustConnect();
    handle = client.native_handle().value();
    received = client.Recv(1).status();
  });
  EXPECT_EQ(CodeOf(received), ErrorCode::kEcanceled) << received;
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("web/1: waits in recv (handle ", handle,
                                     ", 127.0.0.1:")));
  EXPECT_THAT(std::string(status.message()), HasSubstr(" to 127.0.0.1:80)"));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("again with: MORTISE_SIM_SEED=4711"));
}

TEST(SimulationTest, AThreadThatIsLeftOverGetsEcanceled) {
  absl::Status first;
  absl::Status second;
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    Thread server("server", [&first, &second] {
      Socket listener = MustListen();
      first = listener.Accept().status();
      second = Socket::Create(kAfInet, kSockStream).status();
    });
    server.detach();
    // Lets it begin to wait.
    simulation.clock().Sleep(absl::Seconds(1));
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(CodeOf(first), ErrorCode::kEcanceled) << first;
  EXPECT_EQ(CodeOf(second), ErrorCode::kEcanceled) << second;
}

// Three clients and a server, whose threads depend on who comes first.
std::uint64_t DigestOf(std::uint64_t seed) {
  constexpr int kClients = 3;
  SimulationOptions options;
  options.seed = seed;
  Simulation simulation(options);
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    Socket listener = MustListen();
    std::vector<Thread> threads;
    threads.emplace_back("server", [&] { Serve(listener, kClients); });
    for (int i = 0; i < kClients; ++i) {
      threads.emplace_back("client", [i] {
        Socket client = MustConnect();
        EXPECT_TRUE(client.SendAll(absl::StrCat(i)).ok());
        const absl::StatusOr<std::string> answer = client.Recv(100);
        ASSERT_TRUE(answer.ok()) << answer.status();
        EXPECT_EQ(*answer, absl::StrCat("re: ", i));
      });
    }
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(simulation.left_to_chance(), ::testing::IsEmpty());
  return simulation.digest();
}

TEST(SimulationTest, TheSeedDecidesEverything) {
  const std::uint64_t digest = DigestOf(7);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(DigestOf(7), digest);
  EXPECT_NE(DigestOf(8), digest);
}

TEST(SimulationTest, TheTraceHasTheCalls) {
  Lines lines;
  SimulationOptions options;
  options.trace = &lines;
  Simulation simulation(options);
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    Socket client = MustCreate(kAfInet, kSockStream);
    EXPECT_TRUE(IsConnectionRefused(client.Connect(HostPort{"127.0.0.1", 80})));
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(lines.all(), Contains("0.000000000 web/1 socket = 1073741824"));
  EXPECT_THAT(lines.all(),
              Contains(EndsWith(
                  " web/1 connect 1073741824 127.0.0.1:80 = ECONNREFUSED")));
  EXPECT_THAT(lines.all(), Contains(EndsWith("web/1 close 1073741824 = 0")));
}

TEST(SimulationTest, NoPlatformMeansTheHostOfTheThread) {
  Simulation simulation;
  Host& web = simulation.AddHost("web");
  Host& db = simulation.AddHost("db");
  const absl::Status status = simulation.Run(web, [&] {
    EXPECT_EQ(MustCreate(kAfInet, kSockStream).platform(), &web.platform());
    Thread same("same", [&] {
      EXPECT_EQ(MustCreate(kAfInet, kSockStream).platform(), &web.platform());
    });
    Thread other = db.Start("other", [&] {
      EXPECT_EQ(MustCreate(kAfInet, kSockStream).platform(), &db.platform());
      // What a thread starts belongs to its host.
      Thread child("child", [&] {
        EXPECT_EQ(MustCreate(kAfInet, kSockStream).platform(), &db.platform());
      });
    });
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(ThreadPlatform(), nullptr);
}

TEST(SimulationTest, HostsShareNoPorts) {
  Simulation simulation;
  Host& web = simulation.AddHost("web");
  Host& db = simulation.AddHost("db");
  const absl::Status status = simulation.Run(web, [&] {
    Socket mine = MustListen();
    db.Start("other", [] { MustListen(); }).join();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SimulationTest, ACancellationEndsAWaitAtOnce) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    Socket socket = MustCreate(kAfInet, kSockDgram);
    const Cancellation token;
    ASSERT_TRUE(socket.SetCancellation(token).ok());
    Thread other("other", [&] {
      simulation.clock().Sleep(absl::Nanoseconds(12345));
      token.Cancel();
    });
    const absl::Duration begin = host.platform().clock().Now();
    EXPECT_TRUE(mortise::IsCancelled(socket.Recv(1).status()));
    EXPECT_EQ(host.platform().clock().Now() - begin, absl::Nanoseconds(12345));
  });
  EXPECT_TRUE(status.ok()) << status;
}

// A thread that does something real goes on beside the run.
TEST(SimulationTest, AThreadInTheRealWorldMayCancel) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    Socket socket = MustCreate(kAfInet, kSockDgram);
    const Cancellation token;
    ASSERT_TRUE(socket.SetCancellation(token).ok());
    Thread other("other", [&] {
      // Until the receiver waits, and nobody has a turn.
      simulation.clock().Sleep(absl::Seconds(1));
      const RealWorld region;
      token.Cancel();
    });
    EXPECT_TRUE(mortise::IsCancelled(socket.Recv(1).status()));
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SimulationTest, RunRestoresTheDefaultTimeout) {
  ASSERT_TRUE(SetDefaultTimeout(absl::Seconds(5)).ok());
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(
      host, [] { EXPECT_TRUE(SetDefaultTimeout(absl::Seconds(1)).ok()); });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(GetDefaultTimeout(), absl::Seconds(5));
  ASSERT_TRUE(SetDefaultTimeout(absl::InfiniteDuration()).ok());
}

TEST(SimulationTest, ASocketMayBeDestroyedAfterTheRun) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  // Of a connection, which would tell its peer.
  Socket listener, client;
  const absl::Status status = simulation.Run(host, [&] {
    listener = MustListen();
    client = MustConnect();
  });
  EXPECT_TRUE(status.ok()) << status;
  client = Socket();
}

TEST(SimulationTest, RunRefusesAHostOfAnotherSimulation) {
  Simulation simulation, other;
  EXPECT_EQ(simulation.Run(other.AddHost("web"), [] { FAIL(); }).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(SimulationTest, ASocketMayBeDestroyedInAnotherRun) {
  Simulation first, second;
  Host& host = first.AddHost("web");
  Socket client;
  EXPECT_TRUE(first
                  .Run(host,
                       [&] {
                         const Socket listener = MustListen();
                         client = MustConnect();
                       })
                  .ok());
  const absl::Status status =
      second.Run(second.AddHost("other"), [&] { client = Socket(); });
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SimulationTest, ProgramsSeeTheirHost) {
  Simulation simulation;
  HostOptions options;
  options.most_handles = 1;
  options.first_free_port = 1024;
  Host& host = simulation.AddHost("web", options);
  const absl::Status status = simulation.Run(host, [&] {
    Socket only = MustCreate(kAfInet, kSockStream);
    EXPECT_EQ(CodeOf(Socket::Create(kAfInet, kSockStream).status()),
              ErrorCode::kEmfile);
    EXPECT_EQ(CodeOf(only.Bind({"127.0.0.1", 80})), ErrorCode::kEacces);
    EXPECT_EQ(host.platform().names().GetHostName().value, "web");
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST(SimulationTest, RunsOnce) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  EXPECT_TRUE(simulation.Run(host, [] {}).ok());
  EXPECT_EQ(simulation.Run(host, [] {}).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(SimulationDeathTest, AThreadThatIsNotPartOfTheRunIsStopped) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        Simulation simulation;
        Host& host = simulation.AddHost("web");
        simulation
            .Run(host,
                 [&] {
                   std::thread stranger([&host] {
                     Socket::Create(kAfInet, kSockStream, 0, &host.platform())
                         .IgnoreError();
                   });
                   stranger.join();
                 })
            .IgnoreError();
      },
      "simulated call \"socket\" comes from the thread .*not part of a run.*"
      "sim::Thread");
}

TEST(SimulationTest, TheTraceSaysWhenAThreadUsesAnotherHost) {
  Lines lines;
  SimulationOptions options;
  options.trace = &lines;
  Simulation simulation(options);
  Host& app = simulation.AddHost("app");
  Host& db = simulation.AddHost("db");
  const absl::Status status = simulation.Run(app, [&] {
    const absl::StatusOr<Socket> own = Socket::Create(kAfInet, kSockStream);
    EXPECT_TRUE(own.ok()) << own.status();
    const absl::StatusOr<Socket> other =
        Socket::Create(kAfInet, kSockStream, 0, &db.platform());
    EXPECT_TRUE(other.ok()) << other.status();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(lines.all(), Contains(EndsWith("app/1 socket = 1073741824")));
  EXPECT_THAT(lines.all(),
              Contains(EndsWith("app/1 socket on db = 1073741824")));
  EXPECT_THAT(lines.all(),
              Contains(EndsWith("app/1 close on db 1073741824 = 0")));
}

TEST(SimulationDeathTest, ACallBeforeTheRunIsStopped) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        Simulation simulation;
        Host& host = simulation.AddHost("web");
        Socket::Create(kAfInet, kSockStream, 0, &host.platform()).IgnoreError();
      },
      "not part of a run");
}

TEST(PlatformScopeTest, ScopesNest) {
  Simulation simulation;
  Host& web = simulation.AddHost("web");
  Host& db = simulation.AddHost("db");
  EXPECT_EQ(ThreadPlatform(), nullptr);
  {
    const PlatformScope outer(web.platform());
    EXPECT_EQ(ThreadPlatform(), &web.platform());
    {
      const PlatformScope inner(db.platform());
      EXPECT_EQ(ThreadPlatform(), &db.platform());
    }
    EXPECT_EQ(ThreadPlatform(), &web.platform());
    Platform* other = nullptr;
    std::thread([&other] { other = ThreadPlatform(); }).join();
    EXPECT_EQ(other, nullptr);
  }
  EXPECT_EQ(ThreadPlatform(), nullptr);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
