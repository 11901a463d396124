// A server and a client on hosts of their own.

#ifndef MORTISE_TESTS_PLATFORM_SIM_PLANTED_SCENE_H_
#define MORTISE_TESTS_PLATFORM_SIM_PLANTED_SCENE_H_

#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {

class Scene {
 public:
  // The way between the hosts takes 0.5 ms and something.
  explicit Scene(const SimulationOptions& options);

  Simulation& simulation() { return simulation_; }
  Host& server() { return server_; }
  Host& client() { return client_; }

  // Runs `server` and `client`, each in a thread of its host. Returns what was
  // wrong first, or with the run.
  absl::Status Run(std::function<absl::Status()> server,
                   absl::FunctionRef<absl::Status()> client);

  // The same with a connection between the two.
  absl::Status RunConnected(
      std::function<absl::Status(Socket& connection)> server,
      absl::FunctionRef<absl::Status(Socket& connection)> client);

 private:
  void Note(const absl::Status& status, absl::string_view who);

  Simulation simulation_;
  Host& server_;
  Host& client_;
  absl::Status found_;
};

// Returns an error with `what` if it does not hold.
absl::Status Expect(bool holds, absl::string_view what);

// Reads until the peer has ended sending.
absl::StatusOr<std::string> ReadToTheEnd(Socket& socket);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_PLANTED_SCENE_H_
