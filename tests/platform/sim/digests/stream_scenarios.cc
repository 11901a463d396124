// What the calls return is in the trace, so these programs check nothing.

#include "mortise/tests/platform/sim/digests/stream_scenarios.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {
namespace {

// Returns a listener, or the socket without a handle if that fails.
Socket Listen(int backlog) {
  CreateServerOptions options;
  options.backlog = backlog;
  absl::StatusOr<Socket> listener = CreateServer({"", 80}, options);
  return listener.ok() ? *std::move(listener) : Socket();
}

std::string ReadToTheEnd(Socket& socket) {
  std::string all;
  for (;;) {
    const absl::StatusOr<std::string> part = socket.Recv(3000);
    if (!part.ok() || part->empty()) return all;
    all += *part;
  }
}

// Sends `size` bytes from one host to another.
absl::Status Bulk(Simulation& simulation, const LinkOptions& link,
                  std::size_t size) {
  Host& server = simulation.AddHost("server");
  Host& client = simulation.AddHost("client");
  simulation.SetLink(server, client, link);
  return simulation.Run(client, [&] {
    const Thread receiver = server.Start("receive", [] {
      Socket listener = Listen(5);
      absl::StatusOr<AcceptResult> accepted = listener.Accept();
      if (!accepted.ok()) return;
      const std::string all = ReadToTheEnd(accepted->socket);
      accepted->socket.SendAll(absl::StrCat(all.size())).IgnoreError();
    });
    Yield();
    absl::StatusOr<Socket> socket = CreateConnection({"server", 80});
    // The server may not listen yet.
    while (!socket.ok()) {
      simulation.clock().Sleep(absl::Milliseconds(1));
      socket = CreateConnection({"server", 80});
    }
    socket->SendAll(std::string(size, 'x')).IgnoreError();
    socket->Shutdown(ShutdownHow::kWrite).IgnoreError();
    ReadToTheEnd(*socket);
  });
}

}  // namespace

absl::Status ManyClients(Simulation& simulation) {
  Host& server = simulation.AddHost("server");
  std::vector<Host*> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(&simulation.AddHost(absl::StrCat("client", i)));
  }
  return simulation.Run(server, [&] {
    Socket listener = Listen(10);
    std::vector<Thread> threads;
    for (Host* const client : clients) {
      threads.push_back(client->Start("ask", [] {
        for (int i = 0; i < 3; ++i) {
          absl::StatusOr<Socket> socket = CreateConnection({"server", 80});
          if (!socket.ok()) return;
          socket->SendAll("a question").IgnoreError();
          socket->Recv(100).IgnoreError();
        }
      }));
    }
    for (int i = 0; i < 12; ++i) {
      absl::StatusOr<AcceptResult> accepted = listener.Accept();
      if (!accepted.ok()) return;
      const auto socket = std::make_shared<Socket>(std::move(accepted->socket));
      threads.emplace_back("answer", [socket] {
        socket->Recv(100).IgnoreError();
        socket->SendAll("an answer").IgnoreError();
      });
    }
  });
}

absl::Status LossyBulk(Simulation& simulation) {
  LinkOptions link;
  link.loss = {1, 50};
  return Bulk(simulation, link, 200000);
}

absl::Status ReorderedBulk(Simulation& simulation) {
  LinkOptions link;
  link.latency_mean = absl::Milliseconds(3);
  link.duplication = {1, 30};
  link.reordering = {1, 10};
  link.rate = 1000000;
  return Bulk(simulation, link, 200000);
}

absl::Status SlowReader(Simulation& simulation) {
  Host& host = simulation.AddHost("host");
  return simulation.Run(host, [&] {
    Socket listener = Listen(1);
    const Thread sender("send", [] {
      absl::StatusOr<Socket> socket = CreateConnection({"127.0.0.1", 80});
      if (!socket.ok()) return;
      socket->SetTimeout(absl::Seconds(3)).IgnoreError();
      socket->SendAll(std::string(3000000, 'x')).IgnoreError();
    });
    absl::StatusOr<AcceptResult> accepted = listener.Accept();
    if (!accepted.ok()) return;
    for (;;) {
      const absl::StatusOr<std::string> part = accepted->socket.Recv(100000);
      if (!part.ok() || part->empty()) return;
      simulation.clock().Sleep(absl::Milliseconds(150));
    }
  });
}

absl::Status FullBacklog(Simulation& simulation) {
  Host& server = simulation.AddHost("server");
  Host& client = simulation.AddHost("client");
  return simulation.Run(server, [&] {
    Socket listener = Listen(1);
    std::vector<Thread> clients;
    for (int i = 0; i < 6; ++i) {
      clients.push_back(client.Start("connect", [i] {
        CreateConnectionOptions options;
        options.timeout = absl::Seconds(2 + i);
        absl::StatusOr<Socket> socket =
            CreateConnection({"server", 80}, options);
        if (socket.ok()) socket->Recv(1).IgnoreError();
      }));
    }
    for (int i = 0; i < 3; ++i) {
      simulation.clock().Sleep(absl::Milliseconds(1500));
      listener.Accept().IgnoreError();
    }
  });
}

absl::Status HalfClosesAndResets(Simulation& simulation) {
  Host& server = simulation.AddHost("server");
  Host& client = simulation.AddHost("client");
  return simulation.Run(client, [&] {
    const Thread serving = server.Start("serve", [] {
      Socket listener = Listen(5);
      for (int i = 0; i < 6; ++i) {
        absl::StatusOr<AcceptResult> accepted = listener.Accept();
        if (!accepted.ok()) return;
        Socket& socket = accepted->socket;
        // Half of them are closed with unread data.
        socket.Recv(i % 2 == 0 ? 1 : 100).IgnoreError();
        socket.SendAll("answer").IgnoreError();
        if (i % 3 == 0) socket.Shutdown(ShutdownHow::kWrite).IgnoreError();
        if (i % 3 == 0) ReadToTheEnd(socket);
      }
    });
    simulation.clock().Sleep(absl::Milliseconds(5));
    for (int i = 0; i < 6; ++i) {
      absl::StatusOr<Socket> socket = CreateConnection({"server", 80});
      if (!socket.ok()) continue;
      socket->SendAll("question").IgnoreError();
      if (i % 2 == 1) socket->Shutdown(ShutdownHow::kWrite).IgnoreError();
      if (i == 4) continue;  // It does not wait for the answer.
      ReadToTheEnd(*socket);
      socket->SendAll("more").IgnoreError();
    }
  });
}

absl::Status PollerWithManyClients(Simulation& simulation) {
  Host& server = simulation.AddHost("server");
  Host& client = simulation.AddHost("client");
  constexpr int kClients = 8;
  return simulation.Run(server, [&] {
    Socket listener = Listen(20);
    std::vector<Thread> threads;
    for (int i = 0; i < kClients; ++i) {
      threads.push_back(client.Start("chat", [i] {
        absl::StatusOr<Socket> socket = CreateConnection({"server", 80});
        for (int word = 0; socket.ok() && word <= i; ++word) {
          socket->SendAll(absl::StrCat("word ", word)).IgnoreError();
          socket->Recv(100).IgnoreError();
        }
      }));
    }
    absl::StatusOr<Poller> poller = Poller::Create();
    if (!poller.ok()) return;
    listener.SetBlocking(false).IgnoreError();
    poller->Register(listener, PollEvents::kReadable, 0).IgnoreError();
    std::map<std::uint64_t, Socket> sockets;
    std::uint64_t last_key = 0;
    PollResult ready;
    for (int gone = 0; gone < kClients;) {
      if (!poller->Wait(absl::Seconds(5), &ready).ok()) return;
      for (const PollEvent& event : ready) {
        if (event.key == 0) {
          absl::StatusOr<AcceptResult> accepted = listener.Accept();
          if (!accepted.ok()) continue;
          Socket& socket = sockets[++last_key] = std::move(accepted->socket);
          socket.SetBlocking(false).IgnoreError();
          poller->Register(socket, PollEvents::kReadable, last_key)
              .IgnoreError();
          continue;
        }
        Socket& socket = sockets[event.key];
        const absl::StatusOr<std::string> word = socket.Recv(100);
        if (word.ok() && !word->empty()) {
          socket.SendAll(*word).IgnoreError();
        } else if (!IsWouldBlock(word.status())) {
          sockets.erase(event.key);
          ++gone;
        }
      }
    }
  });
}

absl::Status UnixStreams(Simulation& simulation) {
  Host& host = simulation.AddHost("host");
  return simulation.Run(host, [] {
    absl::StatusOr<Socket> listener = Socket::Create(kAfUnix, kSockStream);
    if (!listener.ok()) return;
    listener->Bind(UnixPath{"/run/s"}).IgnoreError();
    listener->Listen(1).IgnoreError();
    std::vector<Thread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back("send", [i] {
        absl::StatusOr<Socket> socket = Socket::Create(kAfUnix, kSockStream);
        if (!socket.ok()) return;
        socket->Connect(UnixPath{"/run/s"}).IgnoreError();
        socket->SendAll(std::string(static_cast<std::size_t>(i) * 100000, 'x'))
            .IgnoreError();
      });
    }
    for (int i = 0; i < 4; ++i) {
      absl::StatusOr<AcceptResult> accepted = listener->Accept();
      if (accepted.ok()) ReadToTheEnd(accepted->socket);
    }
  });
}

absl::Status Partition(Simulation& simulation) {
  Host& server = simulation.AddHost("server");
  Host& client = simulation.AddHost("client");
  return simulation.Run(client, [&] {
    const Thread echo = server.Start("echo", [] {
      Socket listener = Listen(5);
      absl::StatusOr<AcceptResult> accepted = listener.Accept();
      while (accepted.ok()) {
        const absl::StatusOr<std::string> part = accepted->socket.Recv(100);
        if (!part.ok() || part->empty()) return;
        accepted->socket.SendAll(*part).IgnoreError();
      }
    });
    simulation.clock().Sleep(absl::Milliseconds(5));
    absl::StatusOr<Socket> socket = CreateConnection({"server", 80});
    if (!socket.ok()) return;
    for (int i = 0; i < 3; ++i) {
      socket->SendAll("before").IgnoreError();
      socket->Recv(100).IgnoreError();
      const Rule cut = simulation.faults().Partition({server}, {client});
      socket->SendAll("during").IgnoreError();
      socket->SetTimeout(absl::Seconds(1 << i)).IgnoreError();
      socket->Recv(100).IgnoreError();
    }
    socket->SetTimeout(absl::Minutes(5)).IgnoreError();
    socket->Recv(100).IgnoreError();
  });
}

}  // namespace sim
}  // namespace mortise
