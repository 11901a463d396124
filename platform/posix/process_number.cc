#include "mortise/platform/posix/process_number.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "mortise/platform/process_mark.h"

namespace mortise {
namespace posix {
namespace {

using Word = std::atomic<std::uint32_t>;
static_assert(Word::is_always_lock_free, "a lock would not be shared");

// Returns a zero in a page of its own. Children share this page (MAP_SHARED) or
// have a copy of it (MAP_PRIVATE). Without memory for a page, returns an
// ordinary zero.
Word* NewWord(int sharing, int advice) {
  const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const page = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                          sharing | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return new Word(0);
  if (advice >= 0) madvise(page, size, advice);
  return new (page) Word(0);
}

#ifdef MADV_WIPEONFORK
// With MADV_WIPEONFORK the children of a bare clone(2) find a zero too. Source:
// madvise(2).
constexpr int kWipeOnFork = MADV_WIPEONFORK;
#else
constexpr int kWipeOnFork = -1;
#endif

struct Numbers {
  // How many numbers have been given out, to this process and all its
  // relatives.
  Word* const drawn = NewWord(MAP_SHARED, -1);
  // The number of this process. 0 in a child that has not got a number yet.
  Word* const own = NewWord(MAP_PRIVATE, kWipeOnFork);
};

std::atomic<const Numbers*> the_numbers{nullptr};

void ForgetOwn() {
  const Numbers* const numbers = the_numbers.load(std::memory_order_acquire);
  if (numbers != nullptr) numbers->own->store(0);
}

// This is not a static object of a function. A child that is forked while
// another thread makes such an object would wait for that thread forever.
const Numbers& TheNumbers() {
  const Numbers* known = the_numbers.load(std::memory_order_acquire);
  if (known != nullptr) return *known;
  // If two threads make them at once, the pages of one thread are not used.
  auto made = std::make_unique<const Numbers>();
  pthread_atfork(nullptr, nullptr, &ForgetOwn);
  return the_numbers.compare_exchange_strong(known, made.get(),
                                             std::memory_order_acq_rel)
             ? *made.release()
             : *known;
}

}  // namespace

std::uint32_t ProcessNumber() {
  const Numbers& numbers = TheNumbers();
  std::uint32_t own = numbers.own->load(std::memory_order_relaxed);
  if (own != 0) return own;
  const std::uint32_t next =
      numbers.drawn->fetch_add(1, std::memory_order_relaxed) + 1;
  // Another thread may have set it first.
  return numbers.own->compare_exchange_strong(own, next,
                                              std::memory_order_relaxed)
             ? next
             : own;
}

ProcessMark MarkProcess() {
  // So that it has a number.
  ProcessNumber();
  return ProcessMark(*TheNumbers().own);
}

}  // namespace posix
}  // namespace mortise
