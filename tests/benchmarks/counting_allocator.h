// Counts what the program allocates, by every way there is: operator new and,
// with glibc, malloc and its kin. A test that links it has it.
//
//   const AllocationCount before = Allocations();
//   socket.Recv(buffer);
//   EXPECT_EQ(Allocations(), before);

#ifndef MORTISE_TESTS_BENCHMARKS_COUNTING_ALLOCATOR_H_
#define MORTISE_TESTS_BENCHMARKS_COUNTING_ALLOCATOR_H_

#include <cstdint>

namespace mortise {
namespace benchmarks {

using AllocationCount = std::int64_t;

// How many there have been so far, in all threads.
AllocationCount Allocations();

// Whether malloc itself is counted, and not operator new alone. Not under a
// sanitizer, which brings a malloc of its own, and not without glibc.
bool CountsMalloc();

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_COUNTING_ALLOCATOR_H_
