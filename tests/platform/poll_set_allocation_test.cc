// The budget "no allocation" of PollSet.

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/tests/benchmarks/counting_allocator.h"
#include "mortise/tests/platform/poll_set_test.h"

namespace mortise {
namespace {

using benchmarks::AllocationCount;
using benchmarks::Allocations;

using PollSetAllocationTest = PollSetTest;
MORTISE_ON_EVERY_POLL_SET(PollSetAllocationTest);

TEST_P(PollSetAllocationTest, WaitWakeAndChangeDoNotAllocate) {
  std::vector<std::pair<Socket, Socket>> pairs;
  std::vector<PollReady> ready(8);
  PollSet& poll_set = set().get();
  // More and more of them: the first wait after an Add does not allocate
  // either.
  for (int i = 0; i < 60; ++i) {
    pairs.push_back(MustMakePair());
    const NativeHandle handle = pairs.back().first.native_handle();
    ASSERT_EQ(set().Add(handle, kBoth, i), 0);
    const AllocationCount before = Allocations();
    poll_set.Wait(absl::MakeSpan(ready), absl::ZeroDuration());
    poll_set.Wait(absl::MakeSpan(ready), absl::Microseconds(1));
    poll_set.Wake();
    poll_set.Wait(absl::MakeSpan(ready), absl::InfiniteDuration());
    set().Change(handle, kRead, i);
    set().Change(handle, kBoth, i, PollMode::kOneShot);
    poll_set.Wait(absl::MakeSpan(ready), absl::InfiniteDuration());
    ASSERT_EQ(Allocations(), before) << i;
  }
}

}  // namespace
}  // namespace mortise
