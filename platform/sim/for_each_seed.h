// Runs a test with many seeds, and says which of them it fails with.
//
//   sim::SeedsReport report = sim::ForEachSeed(
//       1000, [](const sim::SimulationOptions& options) {
//         sim::Simulation simulation(options);
//         ...
//         return simulation.Run(host, [&] { ... });
//       });
//   if (!report.ok()) std::cerr << report.ToString();
//
// With GoogleTest, mortise/platform/sim/testing.h is shorter.

#ifndef MORTISE_PLATFORM_SIM_FOR_EACH_SEED_H_
#define MORTISE_PLATFORM_SIM_FOR_EACH_SEED_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "mortise/platform/sim/seeds.h"  // IWYU pragma: export
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {

// What is run with a seed. It makes its simulation with these options. It may
// change them, except for `seed` and `trace`. What it returns is the result of
// the seed.
using SeedBody = absl::FunctionRef<absl::Status(const SimulationOptions&)>;

// Calls `body` with `count` seeds, from `options.first` on, and blocks until it
// is done.
//
// Where the system can fork (everywhere but on Windows), seeds are run in
// processes that are forked from this one, so that a crash is the failure of
// one seed only. Such a process has only the thread that has called this
// function: no other thread should hold a lock then that `body` needs. What
// `body` changes in memory is seen by the next seeds of the same process at
// most. It writes to the standard streams of this process.
// On Windows the seeds are run one after the other in the calling thread, and a
// crash ends the process.
//
// Two variables of the environment change what is run. MORTISE_SIM_SEED is the
// only seed that is run, in the calling thread and once, so that a debugger
// sees it. MORTISE_SIM_SEEDS is another number of seeds, for a night's run. If
// one of them is not a number of 64 bits, the process ends with a message.
//
// Every ten seconds it says on standard error how far it is. An argument out
// of its range ends the process with a message, and so does a call by a thread
// of a run.
//
// Thread safety: to be called by one thread at a time.
SeedsReport ForEachSeed(std::uint64_t count, SeedBody body,
                        const ForEachSeedOptions& options = {});

// Runs `body` twice with the same seed, in the calling thread, and compares
// what happens. Blocks for as long as that takes. Returns what `body` has
// returned the first time, and if that was OK, OK or:
//   kFailedPrecondition  the two runs were different: the text has the first
//                        line of the trace that differs. The program depends
//                        on something that the simulation has not given it,
//                        such as real time, the order of pointers, or a
//                        container that is ordered by addresses or by chance
//   kInvalidArgument     `body` has made no simulation with its options
absl::Status CheckDeterminism(std::uint64_t seed, SeedBody body);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_FOR_EACH_SEED_H_
