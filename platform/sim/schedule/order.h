// Which thread has the next turn.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_ORDER_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "mortise/platform/sim/schedule/streams.h"

namespace mortise {
namespace sim {

enum class Order {
  // At each scheduling point the thread goes on in 7 of 8 cases. Otherwise each
  // thread that is ready has the same chance.
  kRandom,
  // Each thread has a random priority, and of those that are ready the one with
  // the highest runs. At a few random points the thread that runs becomes the
  // last. Finds bugs that need few, but rare, changes of threads. Source:
  // Burckhardt and others, "A randomized scheduler with probabilistic
  // guarantees of finding bugs", ASPLOS 2010.
  kPct,
  // A thread runs until it has to wait. The next one is that which has been
  // ready for the longest time. For debugging.
  kFifo,
};

// The decisions, as functions of the keys only. Threads are known by their
// numbers.
//
// Thread-compatible, and does not block.
class OrderOfTurns {
 public:
  virtual ~OrderOfTurns() = default;

  // A thread has come to a scheduling point, and others are ready. `decision`
  // counts its decisions. Returns whether it goes on.
  virtual bool GoesOn(std::uint64_t thread, std::uint64_t decision,
                      const std::vector<std::uint64_t>& ready) = 0;

  // Thread `from` gives up its turn: it waits, has ended, or has come to a
  // point where it does not go on. Then it may be in `ready` itself. Returns
  // the place in `ready` of the thread that is next. `ready` is not empty, and
  // is in the order in which the threads became ready.
  virtual std::size_t Next(std::uint64_t from, std::uint64_t decision,
                           const std::vector<std::uint64_t>& ready) = 0;

  // The thread gives its turn to others, because it waits for them without
  // saying so.
  virtual void Yields(std::uint64_t thread) = 0;

  // `changes` and `length` are for kPct: at how many points the order changes,
  // of the first `length` points of a run. `streams` must outlive the result.
  static std::unique_ptr<OrderOfTurns> Create(Order order,
                                              const Streams& streams,
                                              int changes,
                                              std::uint64_t length);
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_ORDER_H_
