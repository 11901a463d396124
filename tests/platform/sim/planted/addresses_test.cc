// Bugs of programs that look names up.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/addr_info.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/clock.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/names.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/tests/platform/sim/planted/planted.h"
#include "mortise/tests/platform/sim/planted/scene.h"

namespace mortise {
namespace sim {
namespace {

// Serves each client with a greeting, for ever.
void ServeForEver() {
  absl::StatusOr<Socket> listener = CreateServer({"", 80});
  while (listener.ok()) {
    absl::StatusOr<AcceptResult> client = listener->Accept();
    if (!client.ok()) return;
    client->socket.SendAll("hello").IgnoreError();
  }
}

// Connects to the first address of the name.
absl::StatusOr<Socket> ConnectToTheFirst(const std::string& name) {
  const absl::StatusOr<std::vector<AddrInfo>> found = GetAddrInfo(name, 80);
  if (!found.ok()) return found.status();
  absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
  if (!socket.ok()) return socket;
  const absl::Status connected = socket->Connect(found->front().address);
  if (!connected.ok()) return connected;
  return socket;
}

// A name may have an address at which nobody listens.
absl::Status TriesOneAddressOfMany(const SimulationOptions& options, Bug bug) {
  Scene scene(options);
  std::vector<std::string> addresses = {"10.0.0.1", "10.0.0.2"};
  if (scene.simulation().random().Below(2) == 0)
    addresses[0].swap(addresses[1]);
  scene.simulation().names().Set("service", addresses);
  scene.server().OnBoot(&ServeForEver);
  const auto nothing = [] { return absl::OkStatus(); };
  return scene.Run(nothing, [&]() -> absl::Status {
    scene.simulation().clock().Sleep(absl::Milliseconds(10));
    const absl::StatusOr<Socket> connection =
        bug == Bug::kPlanted ? ConnectToTheFirst("service")
                             : CreateConnection({"service", 80});
    return connection.status();
  });
}

TEST(PlantedBugTest, TriesOneAddressOfMany) {
  ExpectFoundWithin(10, &TriesOneAddressOfMany);
}

// A service moves to another address, and the old host goes away.
absl::Status LooksANameUpOnce(const SimulationOptions& options, Bug bug) {
  Simulation simulation(options);
  Clock& clock = simulation.clock();
  Host& client = simulation.AddHost("client");
  Host& old = simulation.AddHost("old");
  Host& fresh = simulation.AddHost("new");
  old.OnBoot(&ServeForEver);
  fresh.OnBoot(&ServeForEver);
  simulation.names().Set("service", {"10.0.0.2"});
  // The move may come after the last request.
  const auto move_at =
      absl::Milliseconds(simulation.random().Between(0, 20000));
  absl::Status status;
  const absl::Status run = simulation.Run(client, [&] {
    const Thread operators("operators", [&] {
      clock.Sleep(move_at);
      simulation.names().Set("service", {"10.0.0.3"});
      old.Crash(Death::kPowerCut);
    });
    SocketAddress known;
    for (int i = 0; i < 10; ++i) {
      clock.Sleep(absl::Seconds(1));
      absl::StatusOr<Socket> connection;
      if (bug == Bug::kPlanted && i > 0) {
        connection = Socket::Create(kAfInet, kSockStream);
        if (connection.ok()) {
          status = connection->SetTimeout(absl::Seconds(5));
          if (status.ok()) status = connection->Connect(known);
        }
      } else {
        CreateConnectionOptions limited;
        limited.timeout = absl::Seconds(5);
        connection = CreateConnection({"service", 80}, limited);
        status = connection.status();
        if (status.ok()) known = *connection->GetPeerName();
      }
      if (!status.ok()) return;
    }
  });
  return run.ok() ? status : run;
}

TEST(PlantedBugTest, LooksANameUpOnce) {
  ExpectFoundWithin(20, &LooksANameUpOnce);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
