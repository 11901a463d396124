#include "mortise/platform/sim/faults.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/net/rules.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/rule.h"

namespace mortise {
namespace sim {

PacketFaults::PacketFaults(std::uint64_t seed, Fabric& fabric,
                           Entrance& entrance)
    : book_(std::make_unique<RuleBook>(seed, fabric, entrance)) {}

PacketFaults::~PacketFaults() = default;

Rule PacketFaults::OnPackets(PacketMatch which, PacketFate fate, When when) {
  return book_->AddMatch(std::move(which), fate, when);
}

Rule PacketFaults::OnPackets(std::function<PacketFate(const Packet&)> decide) {
  return book_->AddFunction(std::move(decide));
}

Rule PacketFaults::Partition(HostSet one, HostSet other, Direction direction) {
  return book_->AddPartition(std::move(one), std::move(other), direction);
}

Rule PacketFaults::Clog(HostId from, HostId to) {
  return book_->AddClog(from, to);
}

Rule PacketFaults::Slow(HostId a, HostId b, const LinkOptions& link) {
  return book_->AddSlow(a, b, link);
}

}  // namespace sim
}  // namespace mortise
