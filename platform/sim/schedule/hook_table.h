// What the hooks (platform/sim/hooks) tell the scheduler, which does not depend
// on them.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_HOOK_TABLE_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_HOOK_TABLE_H_

#include "absl/status/status.h"

namespace mortise {
namespace sim {

struct HookTable {
  // Called before each run, in a thread that is not simulated yet. Prepares
  // what may happen only once in a process, so that each run finds the same
  // state. May block for a moment. Fails if the hooks have no effect.
  absl::Status (*before_run)();
  // Called in the first thread of each run. Fails if Abseil's clock is not that
  // of the run.
  absl::Status (*in_run)();
};

// Thread-safe. `table` must last until the process ends.
void SetHooks(const HookTable* table);
// Returns nullptr if the program has no hooks.
const HookTable* Hooks();

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_HOOK_TABLE_H_
