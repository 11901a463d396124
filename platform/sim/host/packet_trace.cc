#include "mortise/platform/sim/host/packet_trace.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/sim/host/address_text.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/net/tap.h"

namespace mortise {
namespace sim {
namespace {

const char* TextOf(Sighting::Kind kind) {
  switch (kind) {
    case Sighting::Kind::kSent:
      return "sent";
    case Sighting::Kind::kArrived:
      return "received";
    case Sighting::Kind::kLost:
      break;
  }
  return "lost";
}

const char* TextOf(Transport transport) {
  switch (transport) {
    case Transport::kTcp:
      return "tcp";
    case Transport::kUdp:
      return "udp";
    case Transport::kIcmp:
      break;
  }
  return "icmp";
}

std::string TextOf(const Endpoint& endpoint) {
  return AddressText(
      WriteEndpoint(endpoint, endpoint.ip.is_v4() ? kAfInet : kAfInet6));
}

}  // namespace

void PacketTrace::OnInterfaces(HostId host, absl::string_view name,
                               const Network&) {
  names_.insert_or_assign(host, std::string(name));
}

void PacketTrace::OnPacket(const Sighting& sighting) {
  if (sighting.kind == Sighting::Kind::kSent && sighting.comment.empty()) {
    return;
  }
  const Packet& packet = sighting.packet;
  std::string text =
      absl::StrCat(TextOf(sighting.kind), " ", TextOf(packet.transport), " ",
                   TextOf(packet.from), " > ", TextOf(packet.to));
  if (packet.transport == Transport::kTcp) {
    const TcpHeader& tcp = packet.tcp;
    absl::StrAppend(&text, tcp.syn ? " SYN" : "", tcp.fin ? " FIN" : "",
                    tcp.rst ? " RST" : "", " seq ", tcp.seq);
    if (tcp.ack) absl::StrAppend(&text, " ack ", tcp.ack_number);
  }
  absl::StrAppend(&text, ", ", packet.data.size(), " bytes");
  if (!sighting.comment.empty()) {
    absl::StrAppend(&text, ": ", sighting.comment);
  }
  scheduler_.AddToTrace(names_[sighting.host], text);
}

}  // namespace sim
}  // namespace mortise
