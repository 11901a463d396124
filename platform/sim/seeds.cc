#include "mortise/platform/sim/seeds.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace mortise {
namespace sim {

std::string SeedsReport::ToString() const {
  if (ok()) return absl::StrCat(seeds_run, " seeds passed");
  std::string text =
      absl::StrCat(failures.size(), " of ", seeds_run, " seeds failed.");
  for (const SeedFailure& failure : failures) {
    absl::StrAppend(&text, "\nSeed ", failure.seed,
                    ", again with: MORTISE_SIM_SEED=", failure.seed, "\n",
                    failure.text);
  }
  return text;
}

}  // namespace sim
}  // namespace mortise
