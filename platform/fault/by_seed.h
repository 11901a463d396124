// Rules that are drawn from a seed, to run a program under many combinations of
// faults.
//
//   for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
//     fault::CallFaultsOptions options;
//     options.seed = seed;
//     fault::CallFaults faults(Platform::Default(), options);
//     std::vector<fault::Rule> rules = fault::DrawRules(faults, seed);
//     SCOPED_TRACE(fault::Describe(rules));
//     Run(faults.platform());
//     rules.clear();  // From here on everything has to work again.
//   }

#ifndef MORTISE_PLATFORM_FAULT_BY_SEED_H_
#define MORTISE_PLATFORM_FAULT_BY_SEED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "mortise/platform/fault/call_faults.h"

namespace mortise {
namespace fault {

// What may go wrong is drawn from this many areas at most, unless the caller
// says otherwise: few kinds of fault at a time find more than all of them.
inline constexpr int kMostAreas = 3;

// Makes rules for `faults`, as `seed` decides: in which areas something goes
// wrong (interrupted calls, short transfers, no descriptors, lost connections,
// and so on), with which calls and errors, and how often. An error is one that
// a real system has for that call. What the platform cannot have is left out
// and does not change the rest. Each rule leaves calls of its kind that
// succeed, so a program that tries again gets on.
//
// The same seed makes the same rules on every machine. They act until they are
// destroyed. `most_areas` is 1 or more. Thread-safe; does not block.
std::vector<Rule> DrawRules(CallFaults& faults, std::uint64_t seed,
                            int most_areas = kMostAreas);

// Returns what the rules say and how often they have acted, a line for each:
// "Recv: Cut(3), OneIn(5): 12 hits".
std::string Describe(const std::vector<Rule>& rules);

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_BY_SEED_H_
