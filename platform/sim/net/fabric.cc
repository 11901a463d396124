// Packets, from one host to another.

#include "mortise/platform/sim/net/fabric.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/net/address_table.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/net/in_flight.h"
#include "mortise/platform/sim/net/link.h"
#include "mortise/platform/sim/net/packet_rules.h"
#include "mortise/platform/sim/net/tap.h"
#include "mortise/platform/sim/net/wire.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

// How long a router looks for a host before it gives up: three requests of ARP,
// a second apart. Source: RFC 4861, section 10, which Linux follows for IPv4 as
// well.
constexpr Time kResolutionTime = 3 * kSecond;

// Addresses for documentation, so that no host has them: RFC 5737 and RFC 3849.
IpAddress RouterAddress(bool is_v4) {
  constexpr std::uint8_t kV6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0,
                                    0,    0,    0,    0,    0, 0, 0, 1};
  return is_v4 ? IpAddress::V4(192, 0, 2, 1) : IpAddress::V6(kV6);
}

// Whether packets to `ip` are for all hosts of a network.
bool IsForAll(const IpAddress& ip) {
  constexpr std::uint8_t kAllNodes[16] = {0xff, 0x02, 0, 0, 0, 0, 0, 0,
                                          0,    0,    0, 0, 0, 0, 0, 1};
  return ip.is_broadcast() || ip == IpAddress::V4(224, 0, 0, 1) ||
         ip == IpAddress::V6(kAllNodes);
}

bool HasAddressFor(const Interface& interface, const IpAddress& neighbor) {
  for (const InterfaceAddress& address : interface.addresses) {
    if (neighbor.HasPrefix(address.ip, address.prefix_length)) return true;
  }
  return false;
}

// The interface of a host on which it hears what its neighbor sends to all.
// Returns 0 if there is none.
std::uint32_t InterfaceFor(const Network& network, const IpAddress& neighbor) {
  for (const Interface& interface : network.interfaces()) {
    if (interface.index != Network::kLoopbackIndex && interface.is_up &&
        HasAddressFor(interface, neighbor)) {
      return interface.index;
    }
  }
  return 0;
}

// The scope of a link-local address is the number of an interface, which is
// another one at each end.
void SetScope(Endpoint& endpoint, std::uint32_t interface_index) {
  if (endpoint.ip.is_link_local()) endpoint.scope_id = interface_index;
}

void SetScopes(Packet& packet, std::uint32_t interface_index) {
  SetScope(packet.from, interface_index);
  SetScope(packet.to, interface_index);
  SetScope(packet.icmp.from, interface_index);
  SetScope(packet.icmp.to, interface_index);
}

}  // namespace

// --- Packets -----------------------------------------------------------------

void Fabric::Send(Kernel& sender, std::uint32_t interface, Packet packet) {
  const auto found = kernels_.find(&sender);
  if (found == kernels_.end()) return;
  const HostId from = found->second;
  const Interface* const leaves_by = sender.network().Find(interface);
  const Departure departure{
      {from, interface}, sender.true_now(), leaves_by->mtu};
  if (interface == Network::kLoopbackIndex) {
    Carry(departure, departure.from, std::move(packet), true);
  } else if (IsForAll(packet.to.ip)) {
    SendToAll(departure, packet);
  } else if (const Place* const place = addresses_.Find(packet.to.ip)) {
    Carry(departure, *place, std::move(packet), true);
  } else {
    SendToNobody(departure, packet);
  }
}

void Fabric::Carry(const Departure& departure, const Place& to, Packet packet,
                   bool is_seen) {
  const Place& from = departure.from;
  const Time now = departure.time;
  Way& way = WayOf(from.host, to.host);
  const std::uint64_t number = ++way.packets;
  Verdict verdict;
  if (rules_ != nullptr) {
    verdict = rules_->Decide({packet, from.host, to.host, number, now});
  }
  const PacketFate& fate = verdict.fate;
  const LinkModel& model = ModelOf(from.host, to.host, *way.model);
  absl::string_view comment = verdict.rule;
  bool is_lost =
      fate.kind() == PacketFate::Kind::kDrop ||
      fate.kind() == PacketFate::Kind::kAnswer ||
      (fate.kind() == PacketFate::Kind::kCorrupt && packet.data.empty());
  Transit transit;
  if (fate.kind() == PacketFate::Kind::kAnswer) {
    Report(packet, fate.answer(), from, Later(now, model.latency_min()));
  } else if (!is_lost && packet.hop_limit <= model.routers()) {
    is_lost = true;
    comment = "its hop limit is used up";
    Report(packet, IcmpKind::kTimeExceeded, from,
           Later(now, model.latency_min()));
  }
  if (!is_lost) {
    const bool is_v4 = packet.to.ip.is_v4();
    transit = way.link.Carry(model, {WireSize(packet), is_v4, departure.mtu},
                             number, now);
    if (transit.loss == Transit::Loss::kLost) comment = "lost on the link";
    if (transit.loss == Transit::Loss::kQueueFull) {
      comment = "the queue of the link is full";
    }
  }
  if (is_seen) See(Sighting::Kind::kSent, now, from, packet, comment);
  if (transit.arrivals.empty()) {
    if (!is_seen) See(Sighting::Kind::kLost, now, to, packet, comment);
    return;
  }

  packet.hop_limit -= model.routers();
  if (fate.kind() == PacketFate::Kind::kCorrupt) {
    Random random =
        streams_.For(What("corruption"), Key(from.host, to.host), number);
    const std::uint64_t bit = random.Below(packet.data.size() * 8);
    const auto index = static_cast<std::size_t>(bit / 8);
    packet.data[index] = static_cast<char>(packet.data[index] ^ (1 << bit % 8));
  }
  for (int copy = 0; copy < fate.copies(); ++copy) {
    transit.arrivals.push_back(transit.arrivals.back());
  }
  Flight flight;
  flight.packet = std::move(packet);
  flight.from = from.host;
  flight.to = to.host;
  flight.interface_index = to.interface_index;
  flight.number = number;
  const Time delay = TimeOf(fate.delay());
  while (transit.arrivals.size() > 1) {
    flights_.Add(Later(transit.arrivals.front(), delay), flight);
    transit.arrivals.erase(transit.arrivals.begin());
  }
  flights_.Add(Later(transit.arrivals.front(), delay), std::move(flight));
}

void Fabric::SendToAll(const Departure& departure, const Packet& packet) {
  See(Sighting::Kind::kSent, departure.time, departure.from, packet, "");
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    const HostId host(static_cast<std::uint32_t>(i + 1));
    if (hosts_[i].kernel == nullptr) continue;
    const std::uint32_t interface =
        host == departure.from.host
            ? departure.from.interface_index
            : InterfaceFor(hosts_[i].kernel->network(), packet.from.ip);
    if (interface != 0) Carry(departure, {host, interface}, packet, false);
  }
}

void Fabric::SendToNobody(const Departure& departure, const Packet& packet) {
  const Place& from = departure.from;
  See(Sighting::Kind::kSent, departure.time, from, packet,
      "no host that is on has the address");
  const Interface& interface =
      *HostOf(from.host).kernel->network().Find(from.interface_index);
  bool leads_to_router = !packet.to.ip.is_multicast();
  for (const InterfaceAddress& address : interface.addresses) {
    if (address.prefix_length > 0 &&
        packet.to.ip.HasPrefix(address.ip, address.prefix_length)) {
      leads_to_router = false;
    }
  }
  if (!leads_to_router) return;
  const Time answer = Later(departure.time, link_.latency_min());
  if (addresses_.HasNetworkOf(packet.to.ip)) {
    Report(packet, IcmpKind::kHostUnreachable, from,
           Later(answer, kResolutionTime));
  } else {
    Report(packet, IcmpKind::kNetUnreachable, from, answer);
  }
}

void Fabric::Report(const Packet& packet, IcmpKind kind, const Place& sender,
                    Time time) {
  // Source: RFC 1122, section 3.2.2.
  if (packet.transport == Transport::kIcmp || IsForAll(packet.to.ip)) return;
  const IpAddress reporter = kind == IcmpKind::kPortUnreachable
                                 ? packet.to.ip
                                 : RouterAddress(packet.to.ip.is_v4());
  Flight flight;
  flight.packet = ReportOn(packet, kind, reporter);
  flight.to = sender.host;
  flight.interface_index = sender.interface_index;
  flights_.Add(time, std::move(flight));
}

void Fabric::RunDue(Time now) {
  while (next() <= now && next() != kNever) RunNext();
}

Kernel* Fabric::RunNext() {
  latest_ = next();
  return Arrive(flights_.TakeNext(), latest_);
}

void Fabric::Reconsider(Time now) {
  std::vector<Flight> held = std::move(held_);
  held_.clear();
  for (Flight& flight : held) flights_.AddAgain(std::move(flight));
  latest_ = std::max(latest_, now);
}

const char* Fabric::Obstacle(const Flight& flight) const {
  if (flight.to == kNameServer) return nullptr;
  const Kernel* const kernel = HostOf(flight.to).kernel;
  if (kernel == nullptr) return "the host is off";
  const Interface* const interface =
      kernel->network().Find(flight.interface_index);
  if (interface == nullptr) return "the interface is gone";
  if (!interface->is_up) return "the interface is down";
  const IpAddress& ip = flight.packet.to.ip;
  if (flight.interface_index == Network::kLoopbackIndex || IsForAll(ip)) {
    return nullptr;
  }
  const Place* const place = addresses_.Find(ip);
  return place != nullptr && place->host == flight.to ? nullptr
                                                      : "the address is gone";
}

Kernel* Fabric::Arrive(Flight flight, Time now) {
  const Place place{flight.to, flight.interface_index};
  const char* problem = Obstacle(flight);
  if (problem == nullptr && rules_ != nullptr) {
    switch (rules_->Admit({flight.packet, flight.from, flight.to, flight.number,
                           now, flight.was_held})) {
      case Admission::kAdmit:
        break;
      case Admission::kLose:
        problem = "the network is partitioned";
        break;
      case Admission::kHold:
        flight.was_held = true;
        held_.push_back(std::move(flight));
        return nullptr;
    }
  }
  if (problem != nullptr) {
    See(Sighting::Kind::kLost, now, place, flight.packet, problem);
    return nullptr;
  }
  if (flight.to == kNameServer) {
    ArriveAtNameServer(std::move(flight), now);
    return nullptr;
  }
  Kernel& kernel = *HostOf(flight.to).kernel;
  kernel.AdvanceTo(now);
  SetScopes(flight.packet, flight.interface_index);
  // The loopback interface sees a packet once.
  if (flight.interface_index != Network::kLoopbackIndex) {
    See(Sighting::Kind::kArrived, now, place, flight.packet,
        flight.was_held ? "held back by a rule" : "");
  }
  const bool is_of_look_up = flight.from == kNameServer &&
                             name_service_ != nullptr &&
                             name_service_->OnAnswer(flight.to, flight.packet);
  if (!is_of_look_up) kernel.Deliver(flight.packet);
  return &kernel;
}

}  // namespace sim
}  // namespace mortise
