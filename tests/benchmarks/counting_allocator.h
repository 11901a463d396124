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

#include "absl/functional/function_ref.h"

namespace mortise {
namespace benchmarks {

using AllocationCount = std::int64_t;

// Returns how many allocations all threads together have made so far.
AllocationCount Allocations();

// Returns how many allocations `call` makes if it is not the first call of its
// kind. Objects that are made once for the whole program do not count.
AllocationCount AllocationsOf(absl::FunctionRef<void()> call);

// Returns how many bytes are allocated now, as the allocator rounds them; 0
// unless CountsMalloc().
std::int64_t AllocatedBytes();

// Whether malloc itself is counted, and not only operator new. malloc is not
// counted without glibc, nor under a sanitizer, which has a malloc of its own.
bool CountsMalloc();

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_COUNTING_ALLOCATOR_H_
