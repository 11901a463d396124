// A client that tries again, and a server that is down for an hour. The hour
// passes at once, and every pause is exact.

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/socket.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"

namespace {

namespace sim = mortise::sim;

// --- The program, which knows nothing of simulations ------------------------

// Asks for a row, and gives up after ten seconds.
absl::StatusOr<std::string> Fetch(const std::string& host, int port) {
  mortise::CreateConnectionOptions options;
  options.timeout = absl::Seconds(10);
  absl::StatusOr<mortise::Socket> socket =
      mortise::CreateConnection({host, port}, options);
  if (!socket.ok()) return socket.status();
  absl::Status status = socket->SendAll("get\n");
  std::string row;
  while (status.ok() && (row.empty() || row.back() != '\n')) {
    absl::StatusOr<std::string> part = socket->Recv(100);
    if (!part.ok()) return part.status();
    if (part->empty()) return absl::DataLossError("half an answer");
    row += *part;
  }
  if (!status.ok()) return status;
  return row;
}

std::string FetchWithRetries(const std::string& host, int port, int* attempts) {
  absl::Duration pause = absl::Seconds(1);
  for (*attempts = 1;; ++*attempts) {
    absl::StatusOr<std::string> row = Fetch(host, port);
    if (row.ok()) return *row;
    absl::SleepFor(pause);
    pause = std::min(2 * pause, absl::Minutes(10));
  }
}

// Answers one client after the other.
void Serve(const std::string& answer, int clients) {
  absl::StatusOr<mortise::Socket> listener = mortise::CreateServer({"", 5432});
  for (int i = 0; listener.ok() && i < clients; ++i) {
    absl::StatusOr<mortise::AcceptResult> client = listener->Accept();
    if (!client.ok()) return;
    client->socket.Recv(100).IgnoreError();
    client->socket.SendAll(answer).IgnoreError();
  }
}

// --- The test ----------------------------------------------------------------

TEST(Retry, SurvivesAnHourOfOutage) {
  sim::Simulation simulation;
  sim::Host& server = simulation.AddHost("db");
  sim::Host& client = simulation.AddHost("app");
  server.Crash(sim::Death::kPowerCut);

  int attempts = 0;
  absl::Duration took;
  const absl::Status run = simulation.Run(client, [&] {
    const sim::Thread operators("operators", [&] {
      absl::SleepFor(absl::Hours(1));
      server.Restart();  // The machine is up, and refuses connections.
      absl::SleepFor(absl::Minutes(30));
      sim::Thread broken = server.Start("broken", [] { Serve("ro", 1); });
      broken.join();
      server.Start("mended", [] { Serve("row\n", 1); }).detach();
    });
    const absl::Time begin = absl::Now();
    EXPECT_EQ(FetchWithRetries("db", 5432, &attempts), "row\n");
    took = absl::Now() - begin;
  });
  EXPECT_TRUE(run.ok()) << run;

  // 15 attempts get no answer for ten seconds each, 3 are refused, one gets
  // half an answer, and the last one gets a row. Between them are pauses of 1,
  // 2, 4, ... 512 seconds, and then 9 of ten minutes.
  EXPECT_EQ(attempts, 20);
  // Once the machine is up, an attempt takes three round trips of a millisecond
  // each: to the name server, and then to both addresses that refuse, or to the
  // server that answers.
  EXPECT_EQ(took, 15 * absl::Seconds(10) + absl::Seconds(1023) +
                      9 * absl::Minutes(10) + 5 * 3 * absl::Milliseconds(1));
}

}  // namespace
