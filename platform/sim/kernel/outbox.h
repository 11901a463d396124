// Where a kernel puts its packets. The simulation carries them on.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_OUTBOX_H_
#define MORTISE_PLATFORM_SIM_KERNEL_OUTBOX_H_

#include <cstdint>

#include "mortise/platform/sim/kernel/packet.h"

namespace mortise {
namespace sim {

class Kernel;

// Thread safety: none; the lock of the simulation guards it. Nothing blocks.
class Outbox {
 public:
  virtual ~Outbox() = default;

  // Takes `packet`, which leaves `sender` through its interface `interface`.
  // The loopback interface leads back to `sender`. An outbox must not call a
  // kernel from here: the sender is in the middle of its work.
  virtual void Send(Kernel& sender, std::uint32_t interface, Packet packet) = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_OUTBOX_H_
