// Many seeds: how ForEachSeed runs them, and what it says about them.

#ifndef MORTISE_PLATFORM_SIM_SEEDS_H_
#define MORTISE_PLATFORM_SIM_SEEDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace mortise {
namespace sim {

struct ForEachSeedOptions {
  // The first seed. The others follow it.
  std::uint64_t first = 1;
  // How many processes run seeds at a time. 0: one for each CPU.
  int processes = 0;
  // How many seeds a process runs before another one takes its place. What one
  // run leaves behind in static variables, the next one finds. At least 1.
  std::uint64_t seeds_per_process = 100;
  // After so many failures no further seed is begun. At least 1.
  std::size_t most_failures = 1;
  // Each how manieth seed is run twice, from the first one on, as by
  // CheckDeterminism. 0: none.
  std::uint64_t repeat_each = 50;
  // The longest real time that one seed may take, also if it is run twice.
  // Where processes can be forked, the process that runs it is then ended, and
  // the seed has failed.
  absl::Duration most_real_time = absl::Minutes(1);
};

struct SeedFailure {
  std::uint64_t seed = 0;
  // The status that the body has returned, or how its process has ended.
  std::string text;
};

struct SeedsReport {
  // How many seeds have been run, those with failures among them.
  std::uint64_t seeds_run = 0;
  // In the order of the seeds. No seed below the first one has failed.
  std::vector<SeedFailure> failures;

  bool ok() const { return failures.empty(); }
  // For people. One paragraph for each failure, and how to run its seed again.
  std::string ToString() const;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SEEDS_H_
