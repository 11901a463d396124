// An interrupt of a simulated host.

#ifndef MORTISE_PLATFORM_SIM_HOST_INTERRUPT_H_
#define MORTISE_PLATFORM_SIM_HOST_INTERRUPT_H_

#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {

// Waits look at the flag of the base class. `waiting` must outlive it. Whether
// a signal handler may call Set depends on the mode: see
// Waiting::LookAtInterrupts.
class Interrupt final : public WaitInterrupt {
 public:
  explicit Interrupt(Waiting& waiting) : waiting_(waiting) {}

 private:
  void Signal() override { waiting_.LookAtInterrupts(); }
  // There is nothing but the flag.
  void Drain() override {}

  Waiting& waiting_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_INTERRUPT_H_
