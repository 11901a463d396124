// Which packets a rule is about, and what becomes of them.

#ifndef MORTISE_PLATFORM_SIM_PACKET_MATCH_H_
#define MORTISE_PLATFORM_SIM_PACKET_MATCH_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"

namespace mortise {
namespace sim {

using HostSet = std::vector<HostId>;

// Which packets between two sets of hosts are meant.
enum class Direction : std::uint8_t {
  kBoth,
  kForward,   // from the first set to the second
  kBackward,  // from the second set to the first
};

// Matches the packets that have everything that is set here. By default, all.
struct PacketMatch {
  std::optional<HostId> from;
  std::optional<HostId> to;
  std::optional<Transport> protocol;
  // The port of either end. 0 means any port. ICMP messages have none.
  std::uint16_t port = 0;
  // Called once for each packet that has all of the above, in the order in
  // which they are sent. It must neither call the simulation nor wait.
  std::function<bool(const Packet&)> only;
};

// What becomes of a packet. A value type.
class PacketFate {
 public:
  enum class Kind : std::uint8_t {
    kPass,
    kDrop,
    kCorrupt,
    kDelay,
    kDuplicate,
    kAnswer,
  };

  // Nothing happens to it.
  static PacketFate Pass() { return PacketFate(Kind::kPass); }
  // It is lost.
  static PacketFate Drop() { return PacketFate(Kind::kDrop); }
  // One bit of its data is flipped, and its checksums fit, as if the memory of
  // a router were damaged. A packet without data is lost, because a header that
  // is wrong is always noticed.
  static PacketFate Corrupt() { return PacketFate(Kind::kCorrupt); }
  // It arrives later by `by`, and packets that are sent after it may overtake
  // it. `by` is not negative.
  static PacketFate Delay(absl::Duration by);
  // `copies` more packets like it arrive right behind it. `copies` is positive.
  static PacketFate Duplicate(int copies);
  // It is lost, and its sender is told so by an ICMP message, if packets like
  // it may be answered: no ICMP messages, and none that are for many hosts.
  static PacketFate Answer(IcmpKind what);

  Kind kind() const { return kind_; }
  // Of Delay.
  absl::Duration delay() const { return delay_; }
  // Of Duplicate.
  int copies() const { return copies_; }
  // Of Answer.
  IcmpKind answer() const { return answer_; }

 private:
  explicit PacketFate(Kind kind) : kind_(kind) {}

  Kind kind_;
  absl::Duration delay_;
  int copies_ = 0;
  IcmpKind answer_ = IcmpKind::kHostUnreachable;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_PACKET_MATCH_H_
