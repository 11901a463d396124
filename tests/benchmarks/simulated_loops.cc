#include "mortise/tests/benchmarks/simulated_loops.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr int kPort = 5432;

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << "\n";
  std::exit(1);
}

template <typename T>
T Must(absl::StatusOr<T> value) {
  Check(value.status());
  return *std::move(value);
}

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void SendMessage(Socket& socket) {
  static const std::string* const message = new std::string(kMessage, 'x');
  Check(socket.SendAll(*message));
}

void ReceiveMessage(Socket& socket) {
  char message[kMessage];
  for (int received = 0; received < kMessage;) {
    const std::size_t count = Must(socket.Recv(absl::MakeSpan(
        message + received, static_cast<std::size_t>(kMessage - received))));
    if (count == 0) Check(absl::DataLossError("the connection has ended"));
    received += static_cast<int>(count);
  }
}

}  // namespace

std::pair<Socket, Socket> MustPair() { return Must(SocketPair()); }

Socket MustListen() {
  Socket listener = Must(Socket::Create(kAfInet, kSockStream));
  Check(listener.Bind({"127.0.0.1", 0}));
  Check(listener.Listen());
  return listener;
}

std::pair<Socket, Socket> MustConnectPair() {
  Socket listener = MustListen();
  Socket client = Must(Socket::Create(kAfInet, kSockStream));
  Check(client.Connect(Must(listener.GetSockName())));
  return {std::move(client), Must(listener.Accept()).socket};
}

void SendAndReceive(std::pair<Socket, Socket>& pair, std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    SendMessage(pair.first);
    ReceiveMessage(pair.second);
  }
}

void ConnectInOneThread(Socket& listener, std::int64_t times) {
  const SocketAddress address = Must(listener.GetSockName());
  for (std::int64_t i = 0; i < times; ++i) {
    Socket client = Must(Socket::Create(kAfInet, kSockStream));
    Check(client.Connect(address));
    Socket server = Must(listener.Accept()).socket;
    SendMessage(client);
    ReceiveMessage(server);
    SendMessage(server);
    ReceiveMessage(client);
  }
}

void ServeConnections(Socket& listener, std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    Socket server = Must(listener.Accept()).socket;
    ReceiveMessage(server);
    SendMessage(server);
  }
}

void MakeConnections(const Socket& listener, std::int64_t times) {
  const SocketAddress address = Must(listener.GetSockName());
  for (std::int64_t i = 0; i < times; ++i) {
    Socket client = Must(Socket::Create(kAfInet, kSockStream));
    Check(client.Connect(address));
    SendMessage(client);
    ReceiveMessage(client);
  }
}

void Simulate(absl::FunctionRef<void()> body) {
  sim::Simulation simulation;
  Check(simulation.Run(simulation.AddHost("host"), body));
}

double NanosecondsOfAPacket(std::int64_t times, bool rules) {
  sim::Simulation simulation;
  sim::Host& from = simulation.AddHost("from");
  sim::Host& to = simulation.AddHost("to");
  if (rules) {
    for (int port = 1; port <= 3; ++port) {
      sim::PacketMatch others;
      others.port = port;
      simulation.faults().OnPackets(others, sim::PacketFate::Drop()).Keep();
    }
  }
  double seconds = 0;
  Check(simulation.Run(from, [&] {
    Socket receiver =
        Must(Socket::Create(kAfInet, kSockDgram, 0, &to.platform()));
    Check(receiver.Bind({"", kPort}));
    Socket sender = Must(Socket::Create(kAfInet, kSockDgram));
    Check(sender.Connect({"10.0.0.2", kPort}));
    const Clock::time_point begin = Clock::now();
    // As many as there is room for, so that the packets are what takes time.
    constexpr std::int64_t kAtOnce = 100;
    for (std::int64_t sent = 0; sent < times; sent += kAtOnce) {
      for (std::int64_t i = 0; i < kAtOnce; ++i) SendMessage(sender);
      for (std::int64_t i = 0; i < kAtOnce; ++i) ReceiveMessage(receiver);
    }
    seconds = SecondsSince(begin);
  }));
  return seconds * 1e9 / static_cast<double>(times);
}

double SecondsOfHeartbeats(int hosts) {
  constexpr int kBeats = 60;
  const Clock::time_point begin = Clock::now();
  sim::Simulation simulation;
  std::vector<sim::Host*> all;
  for (int i = 0; i < hosts; ++i) {
    all.push_back(&simulation.AddHost(absl::StrCat("host", i)));
  }
  for (int i = 0; i < hosts; ++i) {
    const int neighbour = (i + 1) % hosts + 1;
    all[static_cast<std::size_t>(i)]->OnBoot([&simulation, neighbour] {
      Socket socket = Must(Socket::Create(kAfInet, kSockDgram));
      Check(socket.Bind({"", kPort}));
      const std::string address =
          absl::StrCat("10.0.", neighbour / 256, ".", neighbour % 256);
      for (int beat = 0; beat < kBeats; ++beat) {
        simulation.clock().Sleep(absl::Seconds(1));
        Check(socket.SendTo("alive", {address, kPort}).status());
        Check(socket.Recv(16).status());
      }
    });
  }
  Check(simulation.Run(*all[0], [&simulation] {
    simulation.clock().Sleep(absl::Seconds(kBeats + 1));
  }));
  return SecondsSince(begin);
}

}  // namespace benchmarks
}  // namespace mortise
