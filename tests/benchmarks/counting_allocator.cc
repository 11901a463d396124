#include "mortise/tests/benchmarks/counting_allocator.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "absl/base/config.h"
#include "absl/functional/function_ref.h"

#if defined(__GLIBC__) && !defined(ABSL_HAVE_ADDRESS_SANITIZER) && \
    !defined(ABSL_HAVE_THREAD_SANITIZER) &&                        \
    !defined(ABSL_HAVE_MEMORY_SANITIZER)
#define MORTISE_COUNTS_MALLOC 1
#include <malloc.h>
#endif

namespace {

// Constant-initialised, because allocations begin before constructors run.
std::atomic<mortise::benchmarks::AllocationCount> allocations{0};
std::atomic<std::int64_t> allocated_bytes{0};

void Count() { allocations.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

namespace mortise {
namespace benchmarks {

AllocationCount Allocations() {
  return allocations.load(std::memory_order_relaxed);
}

AllocationCount AllocationsOf(absl::FunctionRef<void()> call) {
  call();
  const AllocationCount before = Allocations();
  call();
  return Allocations() - before;
}

std::int64_t AllocatedBytes() {
  return allocated_bytes.load(std::memory_order_relaxed);
}

bool CountsMalloc() {
#ifdef MORTISE_COUNTS_MALLOC
  return true;
#else
  return false;
#endif
}

}  // namespace benchmarks
}  // namespace mortise

#ifdef MORTISE_COUNTS_MALLOC

// Other names of glibc's own allocator. operator new calls malloc, so it is
// counted here too.
extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

}  // extern "C"

namespace {

std::int64_t SizeOf(void* memory) {
  return static_cast<std::int64_t>(malloc_usable_size(memory));
}

void AddBytes(std::int64_t size) {
  allocated_bytes.fetch_add(size, std::memory_order_relaxed);
}

// Returns `memory`, which has just been allocated.
void* Counted(void* memory) {
  Count();
  AddBytes(SizeOf(memory));
  return memory;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) { return Counted(__libc_malloc(size)); }

void* calloc(std::size_t count, std::size_t size) {
  return Counted(__libc_calloc(count, size));
}

void* realloc(void* old, std::size_t size) {
  const std::int64_t old_size = SizeOf(old);
  void* const memory = __libc_realloc(old, size);
  // Without memory for a larger block, the old one stays.
  if (memory != nullptr || size == 0) AddBytes(-old_size);
  return Counted(memory);
}

void* memalign(std::size_t alignment, std::size_t size) {
  return Counted(__libc_memalign(alignment, size));
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return Counted(__libc_memalign(alignment, size));
}

int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
  void* const memory = Counted(__libc_memalign(alignment, size));
  if (memory == nullptr) return ENOMEM;
  *result = memory;
  return 0;
}

void free(void* memory) {
  AddBytes(-SizeOf(memory));
  __libc_free(memory);
}

}  // extern "C"

#else

// The standard library defines the other forms of operator new with these. The
// forms for over-aligned types are not replaced, because no type here needs
// them.
void* operator new(std::size_t size) {
  Count();
  void* const memory = std::malloc(size > 0 ? size : 1);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#endif  // MORTISE_COUNTS_MALLOC
