// Notices if the hooks are in the program and have no effect.

#ifndef MORTISE_PLATFORM_SIM_HOOKS_SELF_CHECK_H_
#define MORTISE_PLATFORM_SIM_HOOKS_SELF_CHECK_H_

namespace mortise {
namespace sim {

// To be called by each hooked wait. Thread-safe, and does not block.
void CountHookedWait();

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOOKS_SELF_CHECK_H_
