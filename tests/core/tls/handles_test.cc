// Handles of a layer are made and closed in many threads at once, and each
// handle belongs to its own connection.

#include <array>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

// Each connection has two threads, so that a handle that has been closed soon
// belongs to another connection.
TEST(HandlesTest, AHandleIsItsConnectionsWhateverOthersDo) {
  std::array<Ends, 2> connections = {MustMeet(), MustMeet()};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&socket = connections[i % 2].client.socket()] {
      const absl::StatusOr<SocketAddress> own = socket.GetSockName();
      ASSERT_TRUE(own.ok()) << own.status();
      std::array<Socket, 3> copies;
      for (int count = 0; count < 100000; ++count) {
        absl::StatusOr<Socket> made = socket.Dup();
        ASSERT_TRUE(made.ok()) << made.status();
        copies[count % copies.size()] = *std::move(made);
        // Done seldom, since it takes longer than the calls that should happen
        // at the same time.
        if (count % 256 != 255) continue;
        for (const Socket& copy : copies) {
          const absl::StatusOr<SocketAddress> name = copy.GetSockName();
          ASSERT_TRUE(name.ok()) << name.status();
          ASSERT_EQ(*name, *own);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (Ends& ends : connections) {
    EXPECT_TRUE(ends.client.WriteAll("still").ok());
    EXPECT_EQ(*ends.server.Read(5), "still");
  }
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
