#include "mortise/tests/platform/sim/life_lab.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {
namespace {

Socket MustCreate(Platform* platform) {
  absl::StatusOr<Socket> socket =
      Socket::Create(kAfInet, kSockStream, 0, platform);
  EXPECT_TRUE(socket.ok()) << socket.status();
  return socket.ok() ? *std::move(socket) : Socket();
}

}  // namespace

ErrorCode CodeOf(const absl::Status& status) {
  return ErrorOf(status).value_or(Error()).code;
}

Socket MustListen(Platform* platform) {
  Socket listener = MustCreate(platform);
  const absl::Status bound = listener.Bind({"", kLifePort});
  EXPECT_TRUE(bound.ok()) << bound;
  EXPECT_TRUE(listener.Listen().ok());
  return listener;
}

Socket MustConnect(Platform* platform) {
  Socket client = MustCreate(platform);
  const absl::Status connected = client.Connect(HostPort{"db", kLifePort});
  EXPECT_TRUE(connected.ok()) << connected;
  return client;
}

LifeLab::LifeLab(const SimulationOptions& options)
    : simulation_(options),
      app_(simulation_.AddHost("app")),
      db_(simulation_.AddHost("db")) {
  LinkOptions link;
  link.latency_min = kOneWay;
  link.latency_mean = kOneWay;
  simulation_.SetLink(app_, db_, link);
}

void LifeLab::Run(const std::function<void()>& main) {
  const absl::Status status = simulation_.Run(app_, main);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(simulation_.left_to_chance(), testing::IsEmpty());
}

void LifeLab::AcceptForEver() {
  Socket listener = MustListen();
  std::vector<Socket> clients;
  for (;;) {
    absl::StatusOr<AcceptResult> client = listener.Accept();
    if (!client.ok()) return;
    clients.push_back(std::move(client->socket));
  }
}

void LifeLab::Echo() {
  Socket listener = MustListen();
  for (;;) {
    absl::StatusOr<AcceptResult> client = listener.Accept();
    if (!client.ok()) return;
    for (;;) {
      const absl::StatusOr<std::string> piece = client->socket.Recv(65536);
      if (!piece.ok() || piece->empty()) break;
      if (!client->socket.SendAll(*piece).ok()) break;
    }
  }
}

}  // namespace sim
}  // namespace mortise
