// Who sees the packets of the fabric.

#ifndef MORTISE_PLATFORM_SIM_NET_TAP_H_
#define MORTISE_PLATFORM_SIM_NET_TAP_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// A packet at an interface. Does not own what it refers to.
struct Sighting {
  enum class Kind : std::uint8_t {
    kSent,     // it leaves `host`
    kArrived,  // it has come to `host`
    kLost,     // it should have come to `host`
  };

  Kind kind = Kind::kSent;
  Time time = 0;
  HostId host;
  // The index of the interface of `host`.
  std::uint32_t interface_index = 0;
  const Packet& packet;
  // What is remarkable about it: the rule that has decided about it, or why it
  // is lost. Often empty.
  absl::string_view comment;
};

// Thread safety: none; the lock of the simulation guards it. Must neither call
// the simulation nor block.
class Tap {
 public:
  virtual ~Tap() = default;

  // Called before the first packet of a host is seen, and when its addresses or
  // interfaces have changed. The name server has no interfaces: packets that
  // are lost there are all that is seen of it.
  virtual void OnInterfaces(HostId host, absl::string_view name,
                            const Network& network) = 0;
  virtual void OnPacket(const Sighting& sighting) = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_TAP_H_
