// Where a simulated host differs from Linux by right.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_KNOWN_DIFFERENCES_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_KNOWN_DIFFERENCES_H_

#include <cstddef>
#include <vector>

#include "mortise/tests/platform/sim/differential/execution.h"
#include "mortise/tests/platform/sim/differential/program.h"

namespace mortise {
namespace differential {

// A step that came out differently.
struct Difference {
  const Program& program;
  std::size_t index;
  const std::vector<Step>& all_real;
  const std::vector<Step>& all_simulated;
  const Step& real = all_real[index];
  const Step& simulated = all_simulated[index];

  const Call& call() const { return program[index]; }
};

struct KnownDifference {
  // Which call, and under which condition.
  const char* what;
  const char* reason;
  // Where one can read how Linux does it.
  const char* source;
  bool (*is_this)(const Difference& difference);
};

// Returns the entry of the list for `difference`, or nullptr if there is none.
const KnownDifference* FindKnownDifference(const Difference& difference);

}  // namespace differential
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_KNOWN_DIFFERENCES_H_
