// Where no process can be forked: in the calling thread.

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "mortise/platform/sim/explore/progress.h"
#include "mortise/platform/sim/explore/seed_batches.h"
#include "mortise/platform/sim/seeds.h"

namespace mortise {
namespace sim {

SeedsReport RunBatches(std::uint64_t count,
                       absl::FunctionRef<absl::Status(std::uint64_t seed)> run,
                       const ForEachSeedOptions& options) {
  SeedsReport report;
  Progress progress(count);
  while (report.seeds_run < count &&
         report.failures.size() < options.most_failures) {
    const std::uint64_t seed = options.first + report.seeds_run;
    const absl::Status status = run(seed);
    if (!status.ok()) {
      report.failures.push_back({seed, std::string(status.message())});
    }
    progress.Show(++report.seeds_run);
  }
  return report;
}

}  // namespace sim
}  // namespace mortise
