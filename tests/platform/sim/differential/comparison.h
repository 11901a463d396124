// Runs programs on both machines and says where they differ.

#ifndef MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_COMPARISON_H_
#define MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_COMPARISON_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/tests/platform/sim/differential/known_differences.h"
#include "mortise/tests/platform/sim/differential/program.h"

namespace mortise {
namespace differential {

struct Comparison {
  // Whether a step differs for which there is no reason in the list.
  bool differs = false;
  // If a step differs with a reason. What follows it was not compared.
  const KnownDifference* known = nullptr;
  // The first step that differs, if one does.
  std::size_t step = 0;
  // The program up to that step, and both results. Empty without a difference.
  std::string report;
};

// Both machines have `directory`, which exists, for paths of AF_UNIX.
Comparison Compare(const Program& program, absl::string_view directory);

// Returns a part of `program` that still differs, and of which no call can be
// left out.
Program Shrink(Program program, absl::string_view directory);

}  // namespace differential
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_DIFFERENTIAL_COMPARISON_H_
