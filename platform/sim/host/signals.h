// Signals that interrupt what waits on a host.

#ifndef MORTISE_PLATFORM_SIM_HOST_SIGNALS_H_
#define MORTISE_PLATFORM_SIM_HOST_SIGNALS_H_

#include <cstddef>

#include "mortise/platform/sim/host/virtual_mode.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// Thread safety: threads of the run may call it, and before the run the thread
// that has made the simulation. Nothing blocks.
class Signals {
 public:
  // They must outlive it, and the events of the run must not run without it.
  Signals(Scheduler& scheduler, VirtualMode& mode, Fabric& fabric)
      : scheduler_(scheduler), mode_(mode), fabric_(fabric) {}
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // See Faults::Interrupt. `period` is positive.
  Rule Interrupt(HostId host, Time period);

 private:
  class Storm;

  Scheduler& scheduler_;
  VirtualMode& mode_;
  Fabric& fabric_;
  // How many events of storms are to come.
  std::size_t events_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_SIGNALS_H_
