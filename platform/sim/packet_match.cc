#include "mortise/platform/sim/packet_match.h"

#include "absl/time/time.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/net/check_argument.h"

namespace mortise {
namespace sim {

PacketFate PacketFate::Delay(absl::Duration by) {
  CheckArgument(by >= absl::ZeroDuration(), "PacketFate::Delay: by",
                "must not be negative");
  PacketFate fate(Kind::kDelay);
  fate.delay_ = by;
  return fate;
}

PacketFate PacketFate::Duplicate(int copies) {
  CheckArgument(copies > 0, "PacketFate::Duplicate: copies",
                "must be positive");
  PacketFate fate(Kind::kDuplicate);
  fate.copies_ = copies;
  return fate;
}

PacketFate PacketFate::Answer(IcmpKind what) {
  PacketFate fate(Kind::kAnswer);
  fate.answer_ = what;
  return fate;
}

}  // namespace sim
}  // namespace mortise
