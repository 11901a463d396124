// What the calls return is in the trace, so these programs check nothing.

#include "mortise/tests/platform/sim/digests/datagram_scenarios.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/simulation.h"
#include "mortise/platform/sim/thread.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {

absl::Status Datagrams(Simulation& simulation) {
  Host& one = simulation.AddHost("one");
  Host& other = simulation.AddHost("other");
  LinkOptions link;
  link.latency_mean = absl::Milliseconds(2);
  link.loss = {1, 20};
  link.duplication = {1, 20};
  link.reordering = {1, 5};
  simulation.SetLink(one, other, link);
  PacketMatch large;
  large.only = [](const Packet& packet) { return packet.data.size() > 3000; };
  simulation.faults()
      .OnPackets(large, PacketFate::Drop(), When::OneIn(3))
      .Keep();
  return simulation.Run(one, [&] {
    const Thread receiver = other.Start("receive", [] {
      absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
      if (!socket.ok()) return;
      socket->Bind({"", 53}).IgnoreError();
      socket->SetTimeout(absl::Seconds(1)).IgnoreError();
      for (;;) {
        const absl::StatusOr<RecvFromStringResult> got = socket->RecvFrom(1000);
        if (!got.ok()) return;
        socket->SendTo(got->data, got->address).IgnoreError();
      }
    });
    absl::StatusOr<Socket> socket = Socket::Create(kAfInet, kSockDgram);
    if (!socket.ok()) return;
    socket->SetTimeout(absl::Milliseconds(20)).IgnoreError();
    for (int i = 0; i < 30; ++i) {
      const std::string data(static_cast<std::size_t>(i) * 200, 'x');
      socket->SendTo(data, {"other", 53}).IgnoreError();
      socket->Recv(10000).IgnoreError();
    }
  });
}

absl::Status Unreachable(Simulation& simulation) {
  Host& one = simulation.AddHost("one");
  Host& other = simulation.AddHost("other");
  return simulation.Run(one, [&] {
    for (const char* address :
         {"10.0.0.2", "fd00::2", "10.0.0.99", "192.0.2.1", "2001:db8::1"}) {
      CreateConnectionOptions options;
      options.timeout = absl::Seconds(5);
      CreateConnection({address, 80}, options).IgnoreError();
      absl::StatusOr<Socket> socket = Socket::Create(
          absl::string_view(address).find(':') == absl::string_view::npos
              ? kAfInet
              : kAfInet6,
          kSockDgram);
      if (!socket.ok()) continue;
      socket->SetTimeout(absl::Seconds(4)).IgnoreError();
      socket->Connect({address, 9}).IgnoreError();
      socket->SendAll("x").IgnoreError();
      socket->Recv(1).IgnoreError();
      other.SetUp("eth0", false);
    }
  });
}

absl::Status UnixDatagrams(Simulation& simulation) {
  Host& host = simulation.AddHost("host");
  return simulation.Run(host, [&] {
    absl::StatusOr<Socket> receiver = Socket::Create(kAfUnix, kSockDgram);
    if (!receiver.ok()) return;
    receiver->Bind(UnixPath{"/run/d"}).IgnoreError();
    std::vector<Thread> senders;
    for (int i = 0; i < 3; ++i) {
      senders.emplace_back("send", [i] {
        absl::StatusOr<Socket> socket = Socket::Create(kAfUnix, kSockDgram);
        if (!socket.ok()) return;
        socket->Connect(UnixPath{"/run/d"}).IgnoreError();
        for (int n = 0; n < 20; ++n) {
          socket->SendAll(absl::StrCat(i, " ", n)).IgnoreError();
        }
      });
    }
    for (int n = 0; n < 60; ++n) receiver->Recv(100).IgnoreError();
  });
}

}  // namespace sim
}  // namespace mortise
