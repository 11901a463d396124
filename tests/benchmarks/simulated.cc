// Measures what a simulation costs, beside the real loopback interface. See
// docs/performance.md.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iostream>
#include <thread>  // NOLINT: the benchmark is no part of the library
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/benchmarks/median.h"
#include "mortise/tests/benchmarks/simulated_loops.h"
#include "mortise/tests/benchmarks/turns.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr char kHelp[] =
    R"(Compares sockets of a simulation (mortise/platform/sim) with real ones, in turns,
and says how many packets and hosts a simulation can have. Build it with `-c opt`.

  tools/bazel run -c opt //tests/benchmarks:simulated -- [--quick]

  --quick   a tenth of the rounds, for a first impression
)";

constexpr int kRounds = 300;
constexpr int kQuickRounds = 30;

// Returns the nanoseconds of one pass of `loop`.
double TimeOf(std::int64_t times, absl::FunctionRef<void()> loop) {
  const auto begin = std::chrono::steady_clock::now();
  loop();
  const std::chrono::duration<double, std::nano> took =
      std::chrono::steady_clock::now() - begin;
  return took.count() / static_cast<double>(times);
}

// The same in a run. What the run itself costs does not count.
Turns::Batch Simulated(std::function<void(std::int64_t times)> loop) {
  return [loop = std::move(loop)](std::int64_t times) {
    double ns = 0;
    Simulate([&] { ns = TimeOf(times, [&] { loop(times); }); });
    return ns;
  };
}

void Compare(const char* what, Turns::Batch real, Turns::Batch simulated,
             int rounds) {
  std::printf("\n%s\n", what);
  std::fflush(stdout);
  Turns turns;
  turns.Add("real", std::move(real));
  turns.Add("simulated", std::move(simulated));
  turns.Run(rounds);
  turns.Print(1);
}

void CompareTransfers(int rounds) {
  std::pair<Socket, Socket> pair = MustPair();
  Compare("64 bytes through a pair of AF_UNIX, which are there at once",
          Timed([&pair](std::int64_t times) { SendAndReceive(pair, times); }),
          Simulated([](std::int64_t times) {
            std::pair<Socket, Socket> simulated = MustPair();
            SendAndReceive(simulated, times);
          }),
          rounds);
  std::pair<Socket, Socket> connection = MustConnectPair();
  Compare("64 bytes over TCP, through the loopback interface",
          Timed([&connection](std::int64_t times) {
            SendAndReceive(connection, times);
          }),
          Simulated([](std::int64_t times) {
            std::pair<Socket, Socket> simulated = MustConnectPair();
            SendAndReceive(simulated, times);
          }),
          rounds);
}

void CompareConnections(int rounds) {
  Socket listener = MustListen();
  Compare(
      "Connect, 64 bytes both ways, close: one thread",
      Timed([&](std::int64_t times) { ConnectInOneThread(listener, times); }),
      Simulated([](std::int64_t times) {
        Socket simulated = MustListen();
        ConnectInOneThread(simulated, times);
      }),
      rounds);
  Compare("The same: a client and a server", Timed([&](std::int64_t times) {
            std::thread server([&] { ServeConnections(listener, times); });
            MakeConnections(listener, times);
            server.join();
          }),
          Simulated([](std::int64_t times) {
            Socket simulated = MustListen();
            sim::Thread server("server",
                               [&] { ServeConnections(simulated, times); });
            MakeConnections(simulated, times);
            server.join();
          }),
          rounds);
}

// `measure` returns nanoseconds.
void PrintRate(const char* what, int rounds,
               const std::function<double()>& measure) {
  std::vector<double> ns;
  for (int i = 0; i < rounds / 10; ++i) ns.push_back(measure());
  const Median median = MedianOf(ns);
  std::printf("  %-28s %10.0f ns %12.0f a second\n", what, median.value,
              1e9 / median.value);
}

int Main(const std::vector<absl::string_view>& arguments) {
  int rounds = kRounds;
  for (const absl::string_view argument : arguments) {
    if (argument == "--quick") {
      rounds = kQuickRounds;
    } else {
      const bool asked = argument == "--help";
      (asked ? std::cout : std::cerr) << kHelp;
      return asked ? 0 : 2;
    }
  }
  CompareTransfers(rounds);
  CompareConnections(rounds);
  std::printf("\nPackets of UDP between two hosts, sent and received\n");
  for (const bool rules : {false, true}) {
    PrintRate(rules ? "with three rules" : "without rules", rounds,
              [rules] { return NanosecondsOfAPacket(20000, rules); });
  }
  std::printf("\n1,000 hosts, a heartbeat a second each, for a minute\n");
  std::printf("  %.2f s\n", SecondsOfHeartbeats(1000));
  return 0;
}

}  // namespace
}  // namespace benchmarks
}  // namespace mortise

int main(int argc, char** argv) {
  return mortise::benchmarks::Main({argv + 1, argv + argc});
}
