// Where a kernel puts its packets. The simulation carries them on.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_OUTBOX_H_
#define MORTISE_PLATFORM_SIM_KERNEL_OUTBOX_H_

#include <cstdint>

#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/packet.h"

namespace mortise {
namespace sim {

class Kernel;

// What the way from a host to an address carries.
struct PathLimits {
  // The largest packet in bytes, headers included, that is not cut into pieces.
  // The interface through which it leaves has a limit of its own.
  std::uint32_t mtu = 65535;
  // Whether a TCP segment may be larger than that all the same. Network cards
  // take large segments and cut them up; where no piece can be lost, nobody can
  // tell the difference.
  bool takes_large_segments = false;
};

// Thread safety: none; the lock of the simulation guards it. Nothing blocks.
class Outbox {
 public:
  virtual ~Outbox() = default;

  // Takes `packet`, which leaves `sender` through its interface `interface`.
  // The loopback interface leads back to `sender`. An outbox must not call a
  // kernel from here: the sender is in the middle of its work.
  virtual void Send(Kernel& sender, std::uint32_t interface, Packet packet) = 0;

  // What the way from `sender` to `to` carries now. An outbox that says nothing
  // of it carries what the interface does.
  virtual PathLimits LimitsTo(const Kernel& sender, const IpAddress& to) const {
    static_cast<void>(sender);
    static_cast<void>(to);
    return {};
  }
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_OUTBOX_H_
