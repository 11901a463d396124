// How often a simulation allocates for what programs do. The budgets leave room
// for other standard libraries: GCC 12 has 6, 7 and 49.

#include <cstdint>
#include <utility>

#include "absl/functional/function_ref.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/tests/benchmarks/counting_allocator.h"
#include "mortise/tests/benchmarks/simulated_loops.h"

namespace mortise {
namespace benchmarks {
namespace {

constexpr std::int64_t kTimes = 1000;

// Returns how many allocations one of `kTimes` passes of `loop` makes, rounded
// up, once it is warm.
std::int64_t AllocationsOfAPass(
    absl::FunctionRef<void(std::int64_t times)> loop) {
  loop(100);
  const AllocationCount before = Allocations();
  loop(kTimes);
  return (Allocations() - before + kTimes - 1) / kTimes;
}

// The data, which the kernel queues.
TEST(SimulatedAllocationTest, AMessageThatIsThereAtOnce) {
  Simulate([] {
    std::pair<Socket, Socket> pair = MustPair();
    EXPECT_LE(AllocationsOfAPass(
                  [&pair](std::int64_t times) { SendAndReceive(pair, times); }),
              8);
  });
}

// A segment and its acknowledgement.
TEST(SimulatedAllocationTest, AMessageOverTcp) {
  Simulate([] {
    std::pair<Socket, Socket> pair = MustConnectPair();
    EXPECT_LE(AllocationsOfAPass(
                  [&pair](std::int64_t times) { SendAndReceive(pair, times); }),
              10);
  });
}

// Two sockets, a handshake, and what ends it.
TEST(SimulatedAllocationTest, AConnection) {
  Simulate([] {
    Socket listener = MustListen();
    EXPECT_LE(AllocationsOfAPass([&listener](std::int64_t times) {
                ConnectInOneThread(listener, times);
              }),
              60);
  });
}

}  // namespace
}  // namespace benchmarks
}  // namespace mortise
