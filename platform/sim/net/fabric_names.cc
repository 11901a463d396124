// The place of the name server in the network.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/net/address_table.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/in_flight.h"
#include "mortise/platform/sim/net/name_service.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

// Source: RFC 1035, section 4.2.1.
constexpr std::uint16_t kDnsPort = 53;
constexpr std::uint32_t kMtu = 1500;
// The name server has one interface.
constexpr Place kPlace{kNameServer, 1};

// Addresses for documentation: RFC 5737 and RFC 3849.
IpAddress NameServerAddress(bool is_v4) {
  constexpr std::uint8_t kV6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0,
                                    0,    0,    0,    0,    0, 0, 0, kDnsPort};
  return is_v4 ? IpAddress::V4(192, 0, 2, kDnsPort) : IpAddress::V6(kV6);
}

}  // namespace

void Fabric::AddNameServer() {
  // Without a prefix, they are in no network that a router knows.
  addresses_.Add({NameServerAddress(true), 0}, kPlace);
  addresses_.Add({NameServerAddress(false), 0}, kPlace);
}

bool Fabric::SendQuery(Kernel& asker, std::uint16_t port, std::string data) {
  for (const Interface& interface : asker.network().interfaces()) {
    if (interface.index == Network::kLoopbackIndex || !interface.is_up) {
      continue;
    }
    for (const InterfaceAddress& address : interface.addresses) {
      if (address.ip.is_link_local()) continue;
      Packet query;
      query.from = {address.ip, port, 0};
      query.to = {NameServerAddress(address.ip.is_v4()), kDnsPort, 0};
      query.data = std::move(data);
      Send(asker, interface.index, std::move(query));
      return true;
    }
  }
  return false;
}

// A reply that is not due yet waits as a packet of the name server to itself.
void Fabric::ArriveAtNameServer(Flight flight, Time now) {
  Packet& packet = flight.packet;
  if (flight.from == kNameServer) {
    const Place* const asker = addresses_.Find(packet.to.ip);
    if (asker == nullptr) return;
    Carry({kPlace, now, kMtu}, *asker, std::move(packet), false);
    return;
  }
  if (name_service_ == nullptr || packet.transport != Transport::kUdp ||
      packet.to.port != kDnsPort) {
    return;
  }
  std::optional<NameService::Reply> reply =
      name_service_->OnQuery(flight.from, packet, now);
  if (!reply.has_value()) return;
  Flight answer;
  answer.from = kNameServer;
  answer.to = kNameServer;
  answer.packet.from = packet.to;
  answer.packet.to = packet.from;
  answer.packet.data = std::move(reply->data);
  flights_.Add(Later(now, reply->delay), std::move(answer));
}

}  // namespace sim
}  // namespace mortise
