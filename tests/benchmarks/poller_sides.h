// The sides that this tree has: epoll(7) itself, and Poller.

#ifndef MORTISE_TESTS_BENCHMARKS_POLLER_SIDES_H_
#define MORTISE_TESTS_BENCHMARKS_POLLER_SIDES_H_

#include <memory>

#include "mortise/tests/benchmarks/poller_side.h"

namespace mortise {
namespace benchmarks {

std::unique_ptr<PollerSide> NewBareSide();
std::unique_ptr<PollerSide> NewMortiseSide();
// A Poller that waits with poll(2), as on a system without epoll and kqueue.
std::unique_ptr<PollerSide> NewScanningSide();

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_POLLER_SIDES_H_
