#include "mortise/tests/platform/sim/planted/scene.h"

#include <functional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/socket.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {

Scene::Scene(const SimulationOptions& options)
    : simulation_(options),
      server_(simulation_.AddHost("server")),
      client_(simulation_.AddHost("client")) {
  LinkOptions link;
  link.latency_mean = absl::Milliseconds(1);
  simulation_.SetLink(server_, client_, link);
}

void Scene::Note(const absl::Status& status, absl::string_view who) {
  if (status.ok() || !found_.ok()) return;
  found_ =
      absl::Status(status.code(), absl::StrCat(who, ": ", status.message()));
}

absl::Status Scene::Run(std::function<absl::Status()> server,
                        absl::FunctionRef<absl::Status()> client) {
  const absl::Status run = simulation_.Run(client_, [&] {
    const Thread thread =
        server_.Start("serve", [&] { Note(server(), "server"); });
    Note(client(), "client");
  });
  return run.ok() ? found_ : run;
}

absl::Status Scene::RunConnected(
    std::function<absl::Status(Socket& connection)> server,
    absl::FunctionRef<absl::Status(Socket& connection)> client) {
  absl::StatusOr<Socket> listener;
  const absl::Status run = simulation_.Run(client_, [&] {
    Thread thread = server_.Start("serve", [&] {
      listener = CreateServer({"", 80});
      if (!listener.ok()) return Note(listener.status(), "server");
      absl::StatusOr<AcceptResult> accepted = listener->Accept();
      if (!accepted.ok()) return Note(accepted.status(), "server");
      Note(server(accepted->socket), "server");
    });
    absl::StatusOr<Socket> connection;
    // The server may not listen yet.
    do {
      simulation_.clock().Sleep(absl::Milliseconds(10));
      connection = CreateConnection({"server", 80});
    } while (!connection.ok() && found_.ok());
    if (connection.ok()) Note(client(*connection), "client");
    connection = absl::CancelledError();
    thread.join();
    listener = absl::CancelledError();
  });
  return run.ok() ? found_ : run;
}

absl::Status Expect(bool holds, absl::string_view what) {
  return holds ? absl::OkStatus() : absl::InternalError(what);
}

absl::StatusOr<std::string> ReadToTheEnd(Socket& socket) {
  std::string all;
  for (;;) {
    const absl::StatusOr<std::string> part = socket.Recv(4096);
    if (!part.ok()) return part.status();
    if (part->empty()) return all;
    all += *part;
  }
}

}  // namespace sim
}  // namespace mortise
