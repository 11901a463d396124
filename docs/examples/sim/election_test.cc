// Five nodes elect a leader. Whoever most of them have granted a lease is the
// leader until it ends. The network breaks and processes are paused, and there
// must never be two leaders.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/for_each_seed.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/testing.h"
#include "mortise/platform/sim/thread.h"

namespace {

namespace sim = mortise::sim;

constexpr int kNodes = 5;
constexpr int kPort = 7000;
constexpr absl::Duration kLease = absl::Seconds(1);

class Node {
 public:
  Node(sim::Host& host, bool counts_from_the_answer)
      : host_(host), counts_from_the_answer_(counts_from_the_answer) {}

  bool IsLeader() const { return Now() < leads_until_; }

  void Run() {
    absl::StatusOr<mortise::Socket> socket =
        mortise::Socket::Create(mortise::kAfInet, mortise::kSockDgram);
    if (!socket.ok() || !socket->Bind({"", kPort}).ok()) return;
    socket->SetTimeout(absl::Milliseconds(200)).IgnoreError();
    for (int round = 1;; ++round) {
      // Asks for the lease if nobody else has it, as far as this node knows.
      const absl::Duration asked_at = Now();
      int grants = 0;
      if (IsLeader() || asked_at >= granted_until_) {
        Send(*socket, absl::StrCat("ask ", round));
      }
      for (;;) {
        absl::StatusOr<mortise::RecvFromStringResult> message =
            socket->RecvFrom(100);
        if (mortise::IsTimeout(message.status())) break;
        if (!message.ok()) return;
        Handle(*socket, *message, round, asked_at, &grants);
      }
    }
  }

 private:
  absl::Duration Now() const { return host_.platform().clock().Now(); }

  void Send(mortise::Socket& socket, const std::string& text) {
    for (int node = 0; node < kNodes; ++node) {
      // Datagrams may be lost, so it does not matter if one cannot be sent.
      socket.SendTo(text, {absl::StrCat("node", node), kPort}).IgnoreError();
    }
  }

  void Handle(mortise::Socket& socket,
              const mortise::RecvFromStringResult& message, int round,
              absl::Duration asked_at, int* grants) {
    const std::string sender = message.address.ToString();
    if (absl::StartsWith(message.data, "ask")) {
      if (sender != granted_to_ && Now() < granted_until_) return;
      granted_to_ = sender;
      granted_until_ = Now() + kLease;
      socket
          .SendTo(absl::StrCat("grant", message.data.substr(3)),
                  message.address)
          .IgnoreError();
    } else if (message.data == absl::StrCat("grant ", round) &&
               ++*grants > kNodes / 2) {
      // The lease began when it was granted, which may be long ago if this
      // process has been paused since.
      leads_until_ = (counts_from_the_answer_ ? Now() : asked_at) + kLease;
    }
  }

  sim::Host& host_;
  const bool counts_from_the_answer_;
  absl::Duration leads_until_;
  std::string granted_to_;
  absl::Duration granted_until_;
};

// One thread of each of five hosts. Fails the test when two lead at a time.
void Elect(const sim::SimulationOptions& options, bool counts_from_the_answer) {
  sim::Simulation simulation(options);
  std::vector<sim::Host*> hosts;
  std::vector<std::unique_ptr<Node>> nodes;
  for (int i = 0; i < kNodes; ++i) {
    hosts.push_back(&simulation.AddHost(absl::StrCat("node", i)));
    nodes.push_back(
        std::make_unique<Node>(*hosts.back(), counts_from_the_answer));
  }
  sim::Host& observer = simulation.AddHost("observer");
  int elected = 0;
  const absl::Status run = simulation.Run(observer, [&] {
    sim::Random& random = simulation.random();
    for (int i = 0; i < kNodes; ++i) {
      // They run until the simulation ends.
      hosts[static_cast<std::size_t>(i)]
          ->Start("run", [&, i] { nodes[static_cast<std::size_t>(i)]->Run(); })
          .detach();
    }
    bool is_over = false;
    const sim::Thread trouble("trouble", [&] {
      while (!is_over) {
        sim::Host& one = *hosts[random.Below(kNodes)];
        sim::Host& other = *hosts[random.Below(kNodes)];
        one.Pause(absl::Milliseconds(random.Between(0, 3000)));
        if (&one == &other) continue;
        const sim::Rule cut = simulation.faults().Partition({one}, {other});
        simulation.clock().Sleep(absl::Milliseconds(random.Between(0, 2000)));
      }
    });
    for (int i = 0; i < 3000; ++i) {
      simulation.clock().Sleep(absl::Milliseconds(10));
      int leaders = 0;
      for (const auto& node : nodes) leaders += node->IsLeader() ? 1 : 0;
      elected += leaders;
      EXPECT_LE(leaders, 1);
      if (leaders > 1) break;
    }
    is_over = true;
  });
  EXPECT_TRUE(run.ok()) << run;
  EXPECT_GT(elected, 0) << "nobody was ever elected";
}

TEST(Election, HasNeverTwoLeaders) {
  EXPECT_TRUE(
      sim::SurvivesSeeds(200, [](const sim::SimulationOptions& options) {
        Elect(options, /*counts_from_the_answer=*/false);
      }));
}

TEST(Election, CountingFromTheAnswerIsFound) {
  EXPECT_FALSE(
      sim::SurvivesSeeds(50, [](const sim::SimulationOptions& options) {
        Elect(options, /*counts_from_the_answer=*/true);
      }));
}

}  // namespace
