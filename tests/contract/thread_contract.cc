// One socket, several threads.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

constexpr absl::Duration kModes[] = {absl::InfiniteDuration(), kLong};

TEST_P(ThreadContract, OneThreadSendsWhileAnotherReceives) {
  const std::string data = Pattern(8 << 20);
  for (const absl::Duration mode : kModes) {
    auto [client, server] = MustConnectPair(transport());
    std::vector<std::unique_ptr<Background<absl::Status>>> senders;
    std::vector<std::unique_ptr<Background<std::string>>> receivers;
    for (Socket* socket : {&client, &server}) {
      ASSERT_THAT(socket->SetTimeout(mode), IsOk());
    }
    // Four threads at once. Both directions are full. If the two directions
    // were not independent, each sender would wait forever for a receiver that
    // waits for its own sender.
    for (Socket* socket : {&client, &server}) {
      senders.push_back(
          std::make_unique<Background<absl::Status>>([socket, &data] {
            absl::Status status = socket->SendAll(data);
            if (status.ok()) status = socket->Shutdown(ShutdownHow::kWrite);
            return status;
          }));
      receivers.push_back(std::make_unique<Background<std::string>>(
          [socket] { return ReceiveToEnd(*socket); }));
    }
    for (auto& sender : senders) EXPECT_THAT(sender->Result(), IsOk());
    for (auto& receiver : receivers) EXPECT_TRUE(receiver->Result() == data);
  }
}

TEST_P(ThreadContract, ThreadsShareAListener) {
  MORTISE_SKIP_UNDER_WINE(
      "a blocking accept fails if another thread was quicker");
  constexpr int kThreads = 4;
  for (const absl::Duration mode : kModes) {
    Socket listener = MustListen(transport());
    ASSERT_THAT(listener.SetTimeout(mode), IsOk());
    std::vector<std::unique_ptr<Background<absl::Status>>> acceptors;
    for (int i = 0; i < kThreads; ++i) {
      acceptors.push_back(std::make_unique<Background<absl::Status>>(
          [&listener] { return listener.Accept().status(); }));
    }
    // One connection wakes all threads that wait for it. The threads that do
    // not get the connection have to go on waiting.
    for (auto& acceptor : acceptors) acceptor->AwaitAsleep();
    std::vector<Socket> clients;
    for (int i = 0; i < kThreads; ++i) {
      clients.push_back(MustCreate(transport()));
      ASSERT_THAT(clients.back().Connect(MustGetSockName(listener)), IsOk());
    }
    for (auto& acceptor : acceptors) EXPECT_THAT(acceptor->Result(), IsOk());
  }
}

TEST_P(ThreadContract, ThreadsShareAReceiver) {
  constexpr int kThreads = 4;
  for (const absl::Duration mode : kModes) {
    auto [client, server] = MustConnectPair(transport());
    ASSERT_THAT(server.SetTimeout(mode), IsOk());
    std::vector<std::unique_ptr<Background<absl::StatusOr<std::string>>>>
        receivers;
    for (int i = 0; i < kThreads; ++i) {
      receivers.push_back(
          std::make_unique<Background<absl::StatusOr<std::string>>>(
              [&server = server] { return server.Recv(1); }));
    }
    for (auto& receiver : receivers) receiver->AwaitAsleep();
    for (int i = 0; i < kThreads; ++i) ASSERT_THAT(client.Send("x"), IsOk());
    for (auto& receiver : receivers) {
      EXPECT_THAT(receiver->Result(), IsOkAndHolds("x"));
    }
  }
}

TEST_P(ThreadContract, ConnectionsOfManyThreadsDoNotMix) {
  constexpr int kThreads = 8;
  Socket listener = MustListen(transport(), kThreads);
  const SocketAddress address = MustGetSockName(listener);
  std::vector<std::unique_ptr<Background<bool>>> clients;
  for (int i = 0; i < kThreads; ++i) {
    clients.push_back(std::make_unique<Background<bool>>([this, i, &address] {
      Socket client = MustCreate(transport());
      const std::string data(200000, static_cast<char>('a' + i));
      if (!client.Connect(address).ok() || !client.SendAll(data).ok() ||
          !client.Shutdown(ShutdownHow::kWrite).ok()) {
        return false;
      }
      return ReceiveToEnd(client) == data;
    }));
  }
  std::vector<std::unique_ptr<Background<absl::Status>>> servers;
  for (int i = 0; i < kThreads; ++i) {
    servers.push_back(std::make_unique<Background<absl::Status>>([&listener] {
      absl::StatusOr<AcceptResult> accepted = listener.Accept();
      if (!accepted.ok()) return accepted.status();
      return accepted->socket.SendAll(ReceiveToEnd(accepted->socket));
    }));
  }
  for (auto& server : servers) EXPECT_THAT(server->Result(), IsOk());
  for (auto& client : clients) EXPECT_TRUE(client->Result());
}

}  // namespace
}  // namespace contract
}  // namespace mortise
