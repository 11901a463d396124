// Counts what the program allocates in every way there is: with operator new
// and, with glibc, with malloc and its relatives. It counts in every test that
// links this library.
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

// Returns how many allocations all threads together have made so far.
AllocationCount Allocations();

// Whether malloc itself is counted, and not only operator new. malloc is not
// counted without glibc, nor under a sanitizer, which has a malloc of its own.
bool CountsMalloc();

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_COUNTING_ALLOCATOR_H_
