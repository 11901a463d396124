// What Netstat shows, to the letter.

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {
namespace {

using ::testing::HasSubstr;

Socket MustBind(SocketType type, const HostPort& address) {
  absl::StatusOr<Socket> socket = Socket::Create(kAfInet, type);
  EXPECT_TRUE(socket.ok()) << socket.status();
  if (!socket.ok()) return Socket();
  EXPECT_TRUE(socket->Bind(address).ok());
  return *std::move(socket);
}

TEST(NetstatTest, ShowsEachSocketOfEachHost) {
  Simulation simulation;
  Host& app = simulation.AddHost("app");
  Host& db = simulation.AddHost("db");
  simulation.AddHost("idle");
  EXPECT_EQ(simulation.Netstat(),
            "app: no sockets\ndb: no sockets\nidle: no sockets\n");
  std::string during;
  std::string of_db;
  const absl::Status status = simulation.Run(app, [&] {
    Thread server = db.Start("server", [&simulation] {
      Socket listener = MustBind(kSockStream, {"", 5432});
      ASSERT_TRUE(listener.Listen(5).ok());
      const absl::StatusOr<AcceptResult> client = listener.Accept();
      ASSERT_TRUE(client.ok()) << client.status();
      simulation.clock().Sleep(absl::Seconds(10));
    });
    simulation.clock().Sleep(absl::Seconds(1));
    Socket client = MustBind(kSockStream, {"", 1000});
    ASSERT_TRUE(client.Connect(HostPort{"db", 5432}).ok());
    ASSERT_TRUE(client.SendAll("hello").ok());
    Socket datagrams = MustBind(kSockDgram, {"127.0.0.1", 53});
    ASSERT_TRUE(datagrams.SendTo("abc", HostPort{"127.0.0.1", 53}).ok());
    absl::StatusOr<std::pair<Socket, Socket>> pair = SocketPair();
    ASSERT_TRUE(pair.ok()) << pair.status();
    // Another handle of the same socket.
    const absl::StatusOr<Socket> copy = pair->first.Dup();
    ASSERT_TRUE(copy.ok()) << copy.status();
    simulation.clock().Sleep(absl::Seconds(1));
    during = simulation.Netstat();
    of_db = db.Netstat();
    server.join();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(
      during,
      "app:\n"
      "  Proto        Recv-Q  Send-Q  Local          Remote         State   "
      "     Owner\n"
      "  tcp          0       0       10.0.0.1:1000  10.0.0.2:5432  "
      "ESTABLISHED  app/1\n"
      "  udp          3       0       127.0.0.1:53   -              -       "
      "     app/1\n"
      "  unix-stream  0       0       unix:          unix:          CONNECTED"
      "    app/1\n"
      "  unix-stream  0       0       unix:          unix:          CONNECTED"
      "    app/1\n"
      "db:\n"
      "  Proto  Recv-Q  Send-Q  Local          Remote         State        "
      "Owner\n"
      "  tcp    0       5       0.0.0.0:5432   -              LISTEN       "
      "server/2\n"
      "  tcp    5       0       10.0.0.2:5432  10.0.0.1:1000  ESTABLISHED  "
      "server/2\n"
      "idle: no sockets\n");
  EXPECT_THAT(during, HasSubstr(of_db));
  // The client has closed its end just before the end of the run. The server
  // did so earlier, with data that it had not read.
  EXPECT_THAT(app.Netstat(), HasSubstr("  FIN_WAIT_1  -\n"));
  EXPECT_EQ(db.Netstat(), "db: no sockets\n");
}

// A connection lives on without a handle.
TEST(NetstatTest, ShowsConnectionsThatLinger) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [&] {
    Socket listener = MustBind(kSockStream, {"", 80});
    ASSERT_TRUE(listener.Listen().ok());
    Socket client = MustBind(kSockStream, {"127.0.0.1", 1000});
    ASSERT_TRUE(client.Connect(HostPort{"127.0.0.1", 80}).ok());
    absl::StatusOr<AcceptResult> accepted = listener.Accept();
    ASSERT_TRUE(accepted.ok()) << accepted.status();
    client.Close().IgnoreError();
    simulation.clock().Sleep(absl::Seconds(1));
    accepted->socket.Close().IgnoreError();
    listener.Close().IgnoreError();
    simulation.clock().Sleep(absl::Seconds(1));
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(host.Netstat(),
            "web:\n"
            "  Proto  Recv-Q  Send-Q  Local           Remote        State   "
            "   Owner\n"
            "  tcp    0       0       127.0.0.1:1000  127.0.0.1:80  TIME_WAIT"
            "  -\n");
}

TEST(NetstatTest, IsAPartOfTheReportOfADeadlock) {
  Simulation simulation;
  Host& host = simulation.AddHost("web");
  const absl::Status status = simulation.Run(host, [] {
    Socket datagrams = MustBind(kSockDgram, {"127.0.0.1", 53});
    (void)datagrams.Recv(1);
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
  EXPECT_THAT(
      std::string(status.message()),
      HasSubstr("\nweb:\n"
                "  Proto  Recv-Q  Send-Q  Local         Remote  State  Owner\n"
                "  udp    0       0       127.0.0.1:53  -       -      "
                "web/1\n"));
}

}  // namespace
}  // namespace sim
}  // namespace mortise
