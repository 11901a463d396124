// A client that connects to a port of this machine on which nobody listens, and
// that the system may give to the client itself.

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"

namespace mortise {
namespace {

// Returns a port that the system gives to clients, and that is free again.
std::uint16_t PortOfAClient() {
  const Socket listener = CreateServer({"127.0.0.1", 0}).value();
  const Socket client =
      CreateConnection({"127.0.0.1", listener.GetSockName()->port()}).value();
  return client.GetSockName()->port();
}

// Linux gives the ports of its range one after the other, and has less than
// 65,536 of them.
TEST(SelfConnectionTest, NobodyIsConnectedToOneself) {
  const std::uint16_t port = PortOfAClient();
  for (int i = 0; i < 100000; ++i) {
    const absl::Status status = CreateConnection({"127.0.0.1", port}).status();
    ASSERT_TRUE(IsConnectionRefused(status)) << "round " << i << ": " << status;
  }
}

}  // namespace
}  // namespace mortise
