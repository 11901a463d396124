#include "mortise/platform/sim/simulation.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {
namespace {

// What each way over the loopback interface takes.
constexpr absl::Duration kOneWay = absl::Microseconds(10);

Socket Listen(absl::Status* status) {
  absl::StatusOr<Socket> listener = Socket::Create(kAfInet, kSockStream);
  *status = listener.status();
  if (status->ok()) *status = listener->Bind({"127.0.0.1", 0});
  if (status->ok()) *status = listener->Listen();
  return status->ok() ? *std::move(listener) : Socket();
}

TEST(SimulationTest, ABlockingExchangeTakesTheTimeOfItsPackets) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    absl::Status made;
    Socket listener = Listen(&made);
    ASSERT_TRUE(made.ok()) << made;
    Thread server("server", [&listener] {
      absl::StatusOr<AcceptResult> client = listener.Accept();
      ASSERT_TRUE(client.ok()) << client.status();
      absl::StatusOr<std::string> asked = client->socket.Recv(100);
      ASSERT_TRUE(asked.ok()) << asked.status();
      EXPECT_TRUE(client->socket.SendAll("re: " + *asked).ok());
    });
    absl::StatusOr<Socket> client = Socket::Create(kAfInet, kSockStream);
    ASSERT_TRUE(client.ok()) << client.status();
    const absl::Duration begin = host.platform().clock().Now();
    ASSERT_TRUE(client->Connect(*listener.GetSockName()).ok());
    const absl::Duration connected = host.platform().clock().Now();
    EXPECT_EQ(connected - begin, 2 * kOneWay);
    ASSERT_TRUE(client->SendAll("hello").ok());
    EXPECT_EQ(host.platform().clock().Now(), connected);
    const absl::StatusOr<std::string> answer = client->Recv(100);
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(*answer, "re: hello");
    EXPECT_EQ(host.platform().clock().Now() - connected, 2 * kOneWay);
  });
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace sim
}  // namespace mortise
