// Runs seeds, in processes of their own where that is possible.

#ifndef MORTISE_PLATFORM_SIM_EXPLORE_SEED_BATCHES_H_
#define MORTISE_PLATFORM_SIM_EXPLORE_SEED_BATCHES_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "mortise/platform/sim/seeds.h"

namespace mortise {
namespace sim {

// Calls `run` with `count` seeds from `options.first` on. Once
// `options.most_failures` have failed no further batch of seeds is begun.
// Failures are in any order, and may be more than that. The options are in
// their ranges, with at least one process.
SeedsReport RunBatches(std::uint64_t count,
                       absl::FunctionRef<absl::Status(std::uint64_t seed)> run,
                       const ForEachSeedOptions& options);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_EXPLORE_SEED_BATCHES_H_
