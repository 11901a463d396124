// What the fabric asks about each packet. ../faults.h has rules for programs.

#ifndef MORTISE_PLATFORM_SIM_NET_PACKET_RULES_H_
#define MORTISE_PLATFORM_SIM_NET_PACKET_RULES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/net/link.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// A packet at one end of its way. Does not own the packet.
struct Passage {
  const Packet& packet;
  // A router's ICMP messages are from no host.
  HostId from;
  HostId to;
  // Which packet of its way it is, counted from 1.
  std::uint64_t number = 0;
  Time now = 0;
  // Whether it has been held back before.
  bool was_held = false;
};

// What becomes of a packet that is sent.
struct Verdict {
  PacketFate fate = PacketFate::Pass();
  // The rule that has decided, for people who read a capture. Empty if none
  // has. Lives until a rule is removed.
  absl::string_view rule;
};

// What becomes of a packet that is about to arrive.
enum class Admission : std::uint8_t {
  kAdmit,
  kLose,
  // It waits until Fabric::Reconsider.
  kHold,
};

// Thread safety: none; the lock of the simulation guards it. Must neither call
// the fabric nor block.
class PacketRules {
 public:
  virtual ~PacketRules() = default;

  // Asked once for each packet and host that it is sent to.
  virtual Verdict Decide(const Passage& passage) = 0;
  // Asked for each copy of a packet when it arrives, because the network may
  // have changed since it was sent.
  virtual Admission Admit(const Passage& passage) = 0;
  // The link along which packets go instead of their own, or nullptr. Lives
  // until a rule is removed.
  virtual const LinkModel* LinkBetween(HostId from, HostId to) const = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_PACKET_RULES_H_
