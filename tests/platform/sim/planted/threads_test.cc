// Bugs of programs with threads, which depend on whose turn it is.

#include <deque>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/planted/planted.h"
#include "mortise/tests/platform/sim/planted/scene.h"

namespace mortise {
namespace sim {
namespace {

using Pair = absl::StatusOr<std::pair<Socket, Socket>>;

// A producer that sees nobody wait wakes nobody. The consumer must say that it
// will wait before it looks for the last time.
absl::Status LosesAWakeUp(const SimulationOptions& options, Bug bug) {
  Simulation simulation(options);
  Host& host = simulation.AddHost("host");
  absl::Status found;
  const absl::Status run = simulation.Run(host, [&] {
    Pair wake = SocketPair();
    absl::StatusOr<Socket> log = Socket::Create(kAfInet, kSockDgram);
    if (!wake.ok() || !log.ok()) {
      found = wake.ok() ? log.status() : wake.status();
      return;
    }
    const auto say = [&](const char* what) {
      // Whether anybody reads it does not matter.
      log->SendTo(what, {"127.0.0.1", 514}).IgnoreError();
    };
    std::deque<int> queue;
    bool is_waiting = false;
    const Thread consumer("consumer", [&] {
      for (int taken = 0; taken < 5;) {
        if (bug == Bug::kMended) is_waiting = true;
        const bool is_empty = queue.empty();
        if (is_empty) say("nothing to do");
        if (bug == Bug::kPlanted) is_waiting = is_empty;
        if (is_empty && !wake->first.Recv(1).ok()) return;
        is_waiting = false;
        if (queue.empty()) continue;
        queue.pop_front();
        ++taken;
      }
    });
    for (int i = 0; i < 5; ++i) {
      say("something to do");
      queue.push_back(i);
      if (is_waiting && !wake->second.SendAll("x").ok()) return;
    }
  });
  return run.ok() ? found : run;
}

TEST(PlantedBugTest, LosesAWakeUp) { ExpectFoundWithin(300, &LosesAWakeUp); }

// The number of a handle that is closed is soon that of another socket.
absl::Status UsesAHandleThatAnotherThreadCloses(
    const SimulationOptions& options, Bug bug) {
  Simulation simulation(options);
  Host& host = simulation.AddHost("host");
  absl::Status found;
  const absl::Status run = simulation.Run(host, [&] {
    Pair mine = SocketPair();
    if (!mine.ok()) {
      found = mine.status();
      return;
    }
    if (!mine->second.SendAll("mine").ok()) return;
    const NativeHandle handle = mine->first.native_handle();
    std::string received = "mine";
    Thread reader("reader", [&] {
      std::string room(10, '\0');
      const SysResult<std::size_t> size = host.platform().sockets().Recv(
          handle, absl::MakeSpan(&room[0], room.size()), 0);
      if (size.ok()) received = room.substr(0, size.value);
    });
    if (bug == Bug::kMended) reader.join();
    mine->first.Close().IgnoreError();
    Pair theirs = SocketPair();
    if (theirs.ok() && theirs->second.SendAll("theirs").ok() &&
        reader.joinable()) {
      reader.join();
    }
    found = Expect(received == "mine", absl::StrCat("received ", received));
  });
  return run.ok() ? found : run;
}

TEST(PlantedBugTest, UsesAHandleThatAnotherThreadCloses) {
  ExpectFoundWithin(300, &UsesAHandleThatAnotherThreadCloses);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
