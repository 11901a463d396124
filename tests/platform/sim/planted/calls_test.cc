// Bugs of programs that do not look at how a call has ended.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sim/clock.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/when.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/sim/planted/planted.h"
#include "mortise/tests/platform/sim/planted/scene.h"

namespace mortise {
namespace sim {
namespace {

// Does `fault` to one in three calls of this kind on `host`.
void KeepFaulty(Scene& scene, const Host& host, fault::Call call,
                const CallFault& fault) {
  CallMatch which;
  which.call = call;
  which.host = host;
  scene.simulation().faults().OnCalls(which, fault, When::OneIn(3)).Keep();
}

// A send may take a part of the data only.
absl::Status IgnoresAShortWrite(const SimulationOptions& options, Bug bug) {
  Scene scene(options);
  KeepFaulty(scene, scene.client(), fault::Call::kSend, CallFault::Cut(3));
  const auto receive = [](Socket& connection) {
    const absl::StatusOr<std::string> all = ReadToTheEnd(connection);
    if (!all.ok()) return all.status();
    return Expect(*all == "hello world", absl::StrCat("received ", *all));
  };
  const auto send = [bug](Socket& connection) {
    for (const char* word : {"hello", " ", "world"}) {
      const absl::Status sent = bug == Bug::kPlanted
                                    ? connection.Send(word).status()
                                    : connection.SendAll(word);
      if (!sent.ok()) return sent;
    }
    return connection.Shutdown(ShutdownHow::kWrite);
  };
  return scene.RunConnected(receive, send);
}

TEST(PlantedBugTest, IgnoresAShortWrite) {
  ExpectFoundWithin(20, &IgnoresAShortWrite);
}

// A client may be gone before it is accepted, and descriptors may be used up
// for a while. Neither is a reason to serve nobody any more.
absl::Status StopsAcceptingAtAFailure(const SimulationOptions& options,
                                      Bug bug) {
  constexpr int kClients = 5;
  Scene scene(options);
  KeepFaulty(scene, scene.server(), fault::Call::kAccept,
             CallFault::Fail(ErrorCode::kEconnaborted));
  KeepFaulty(scene, scene.server(), fault::Call::kAccept,
             CallFault::Fail(ErrorCode::kEmfile));
  Clock& clock = scene.simulation().clock();
  const auto serve = [&]() -> absl::Status {
    absl::StatusOr<Socket> listener = CreateServer({"", 80});
    if (!listener.ok()) return listener.status();
    for (int served = 0; served < kClients;) {
      absl::StatusOr<AcceptResult> client = listener->Accept();
      if (client.ok()) {
        ++served;
        const absl::Status sent = client->socket.SendAll("hello");
        if (!sent.ok()) return sent;
      } else if (bug == Bug::kPlanted) {
        break;
      } else {
        clock.Sleep(absl::Milliseconds(100));
      }
    }
    // A listener that is closed would tell the clients at once.
    clock.Sleep(absl::Minutes(1));
    return absl::OkStatus();
  };
  const auto ask = [&]() -> absl::Status {
    clock.Sleep(absl::Milliseconds(10));
    for (int i = 0; i < kClients; ++i) {
      absl::StatusOr<Socket> connection = CreateConnection({"server", 80});
      if (!connection.ok()) return connection.status();
      const absl::Status limited = connection->SetTimeout(absl::Seconds(30));
      if (!limited.ok()) return limited;
      const absl::StatusOr<std::string> greeting = ReadToTheEnd(*connection);
      if (!greeting.ok()) return greeting.status();
    }
    return absl::OkStatus();
  };
  return scene.Run(serve, ask);
}

TEST(PlantedBugTest, StopsAcceptingAtAFailure) {
  ExpectFoundWithin(50, &StopsAcceptingAtAFailure);
}

// A connect that a signal has interrupted goes on. Another one fails, with
// EALREADY or EISCONN. Source: POSIX, connect().
//
// Socket::Connect knows that, so this program makes the calls of the system.
absl::Status ConnectsAgainAfterASignal(const SimulationOptions& options,
                                       Bug bug) {
  Scene scene(options);
  KeepFaulty(scene, scene.client(), fault::Call::kConnect,
             CallFault::FailAfter(ErrorCode::kEintr));
  Clock& clock = scene.simulation().clock();
  const auto serve = [&]() -> absl::Status {
    absl::StatusOr<Socket> listener = CreateServer({"", 80});
    if (!listener.ok()) return listener.status();
    return listener->Accept().status();
  };
  const auto connect = [&]() -> absl::Status {
    clock.Sleep(absl::Milliseconds(10));
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockStream);
    if (!socket.ok()) return socket.status();
    Platform& system = scene.client().platform();
    const ErrorTable& errors = system.facts().errors;
    SockAddr address;
    address.family = static_cast<std::uint16_t>(kAfInet);
    address.port = 80;
    address.size = 4;
    constexpr std::uint8_t kServer[] = {10, 0, 0, 1};
    std::copy(std::begin(kServer), std::end(kServer), address.bytes);
    SysResult<void> done =
        system.sockets().Connect(socket->native_handle(), address);
    while (bug == Bug::kPlanted && !done.ok() &&
           errors.Code(ErrorDomain::kOs, done.error) == ErrorCode::kEintr) {
      done = system.sockets().Connect(socket->native_handle(), address);
    }
    if (!done.ok() && bug == Bug::kMended) {
      const absl::Status writable =
          system.readiness()
                  .Wait(socket->native_handle(), WaitEvents::kWritable,
                        absl::Seconds(10))
                  .ok()
              ? absl::OkStatus()
              : absl::InternalError("the wait has failed");
      if (!writable.ok()) return writable;
      const absl::StatusOr<int> error =
          socket->GetSockOpt(kSolSocket, kSoError);
      if (!error.ok()) return error.status();
      done.error = *error;
    }
    return Expect(done.ok(), absl::StrCat("connect has failed: ", done.error));
  };
  return scene.Run(serve, connect);
}

TEST(PlantedBugTest, ConnectsAgainAfterASignal) {
  ExpectFoundWithin(50, &ConnectsAgainAfterASignal);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
