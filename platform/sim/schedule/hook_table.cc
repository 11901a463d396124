#include "mortise/platform/sim/schedule/hook_table.h"

#include <atomic>

namespace mortise {
namespace sim {
namespace {

std::atomic<const HookTable*> hooks{nullptr};

}  // namespace

void SetHooks(const HookTable* table) { hooks = table; }

const HookTable* Hooks() { return hooks; }

}  // namespace sim
}  // namespace mortise
