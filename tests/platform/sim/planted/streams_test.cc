// Bugs of programs with connections.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/planted/planted.h"
#include "mortise/tests/platform/sim/planted/scene.h"

namespace mortise {
namespace sim {
namespace {

// What one call receives is not what one call has sent.
absl::Status TakesOneRecvForOneMessage(const SimulationOptions& options,
                                       Bug bug) {
  const auto serve = [](Socket& connection) {
    absl::Status sent = connection.SendAll("hello ");
    if (sent.ok()) sent = connection.SendAll("world\n");
    return sent;
  };
  const auto read = [bug](Socket& connection) {
    std::string line;
    do {
      const absl::StatusOr<std::string> part = connection.Recv(100);
      if (!part.ok()) return part.status();
      if (part->empty()) break;
      line += *part;
    } while (bug == Bug::kMended && !absl::EndsWith(line, "\n"));
    return Expect(line == "hello world\n", absl::StrCat("the line is ", line));
  };
  return Scene(options).RunConnected(serve, read);
}

TEST(PlantedBugTest, TakesOneRecvForOneMessage) {
  ExpectFoundWithin(20, &TakesOneRecvForOneMessage);
}

// If both have more to send than there is room for, both wait for ever.
absl::Status SendsBeforeItReads(const SimulationOptions& options, Bug bug) {
  Scene scene(options);
  const std::string sent(
      static_cast<std::size_t>(scene.simulation().random().Below(1000000)),
      'x');
  const auto exchange = [&](Socket& connection) {
    absl::Status status;
    const auto send = [&] {
      status = connection.SendAll(sent);
      if (status.ok()) status = connection.Shutdown(ShutdownHow::kWrite);
    };
    Thread beside;
    if (bug == Bug::kMended) {
      beside = Thread("send", send);
    } else {
      send();
    }
    const absl::StatusOr<std::string> received = ReadToTheEnd(connection);
    if (beside.joinable()) beside.join();
    if (!status.ok()) return status;
    if (!received.ok()) return received.status();
    return Expect(*received == sent, "not all has arrived");
  };
  return scene.RunConnected(exchange, exchange);
}

TEST(PlantedBugTest, SendsBeforeItReads) {
  ExpectFoundWithin(50, &SendsBeforeItReads);
}

// A connection that is closed with unread data is reset, and a client that is
// still sending does not get the answer.
absl::Status ClosesWithUnreadData(const SimulationOptions& options, Bug bug) {
  const auto serve = [bug](Socket& connection) {
    const absl::StatusOr<std::string> request = connection.Recv(4);
    if (!request.ok()) return request.status();
    absl::Status status = connection.SendAll("too large\n");
    if (bug == Bug::kPlanted || !status.ok()) {
      connection.Close().IgnoreError();
      return status;
    }
    status = connection.Shutdown(ShutdownHow::kWrite);
    return status.ok() ? ReadToTheEnd(connection).status() : status;
  };
  const auto ask = [](Socket& connection) {
    const absl::Status sent =
        connection.SendAll(absl::StrCat("PUT\n", std::string(400000, 'x')));
    if (!sent.ok()) return sent;
    const absl::Status ended = connection.Shutdown(ShutdownHow::kWrite);
    if (!ended.ok()) return ended;
    const absl::StatusOr<std::string> answer = ReadToTheEnd(connection);
    if (!answer.ok()) return answer.status();
    return Expect(*answer == "too large\n", "the answer is lost");
  };
  return Scene(options).RunConnected(serve, ask);
}

TEST(PlantedBugTest, ClosesWithUnreadData) {
  ExpectFoundWithin(100, &ClosesWithUnreadData);
}

// A peer that sends a byte now and then never lets a timeout of one call pass.
absl::Status GivesEachPieceTheWholeTimeout(const SimulationOptions& options,
                                           Bug bug) {
  constexpr absl::Duration kMost = absl::Seconds(1);
  Scene scene(options);
  Simulation& simulation = scene.simulation();
  const auto serve = [&](Socket& connection) {
    for (int i = 0; i < 5; ++i) {
      simulation.clock().Sleep(absl::Milliseconds(
          static_cast<std::int64_t>(simulation.random().Below(600))));
      // The client may have given up.
      if (!connection.SendAll("x").ok()) break;
    }
    return absl::OkStatus();
  };
  const auto read = [&](Socket& connection) {
    const absl::Time begin = simulation.clock().TimeNow();
    absl::Duration left = kMost;
    for (int i = 0; i < 5; ++i) {
      if (bug == Bug::kMended) {
        left = kMost - (simulation.clock().TimeNow() - begin);
      }
      const absl::Status limited =
          connection.SetTimeout(std::max(left, absl::ZeroDuration()));
      if (!limited.ok()) return limited;
      const absl::StatusOr<std::string> piece = connection.Recv(1);
      if (!piece.ok() || piece->empty()) break;
    }
    const absl::Duration took = simulation.clock().TimeNow() - begin;
    return Expect(took <= kMost + absl::Milliseconds(1),
                  absl::StrCat("took ", absl::FormatDuration(took)));
  };
  return scene.RunConnected(serve, read);
}

TEST(PlantedBugTest, GivesEachPieceTheWholeTimeout) {
  ExpectFoundWithin(50, &GivesEachPieceTheWholeTimeout);
}

// A server that is down for ten seconds is asked again and again.
absl::Status RetriesWithoutPause(const SimulationOptions& options, Bug bug) {
  Scene scene(options);
  Clock& clock = scene.simulation().clock();
  const auto serve = [&] {
    clock.Sleep(absl::Seconds(10));
    absl::StatusOr<Socket> listener = CreateServer({"", 80});
    return listener.ok() ? listener->Accept().status() : listener.status();
  };
  const auto connect = [&] {
    int attempts = 0;
    absl::Duration pause = absl::Milliseconds(100);
    for (;;) {
      ++attempts;
      if (CreateConnection({"server", 80}).ok()) break;
      if (bug == Bug::kPlanted) continue;
      clock.Sleep(pause);
      pause = std::min(2 * pause, absl::Seconds(5));
    }
    return Expect(attempts <= 20, absl::StrCat(attempts, " attempts"));
  };
  return scene.Run(serve, connect);
}

TEST(PlantedBugTest, RetriesWithoutPause) {
  ExpectFoundWithin(10, &RetriesWithoutPause);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
