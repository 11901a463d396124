#include "mortise/platform/sim/kernel/packet.h"

#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {

Packet ReportOn(const Packet& packet, IcmpKind kind,
                const IpAddress& reporter) {
  Packet report;
  report.transport = Transport::kIcmp;
  report.from.ip = reporter;
  report.to.ip = packet.from.ip;
  report.to.scope_id = packet.from.scope_id;
  report.icmp.kind = kind;
  report.icmp.transport = packet.transport;
  report.icmp.from = packet.from;
  report.icmp.to = packet.to;
  report.icmp.data_size = packet.data.size();
  report.icmp.seq = packet.tcp.seq;
  return report;
}

}  // namespace sim
}  // namespace mortise
