#include "mortise/platform/tls/sealing_log.h"

#include <pthread.h>
#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

#include "absl/base/attributes.h"
#include "absl/base/const_init.h"
#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace mortise {
namespace tls {
namespace {

using Word = std::atomic<std::uint64_t>;
static_assert(Word::is_always_lock_free, "a lock would not be shared");

// No system has smaller pages.
constexpr std::size_t kPageSize = 4096;
constexpr std::size_t kNotes = kPageSize / sizeof(Word);

// A page of zeros, nullptr if there is no memory. MAP_SHARED or MAP_PRIVATE.
void* MapPage(int sharing) {
  void* const page = mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE,
                          sharing | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? nullptr : page;
}

// Numbers for processes, each different from those of all its relatives. Not
// process ids, which systems use again, and which the first process of every
// PID namespace has in common.
class ProcessNumbers {
 public:
  static ProcessNumbers& Get() {
    static auto* const numbers = new ProcessNumbers;
    return *numbers;
  }

  // That of this process; never 0.
  std::uint32_t Own() {
    std::uint32_t own = own_->load(std::memory_order_relaxed);
    if (own != 0) return own;
    const std::uint32_t drawn = static_cast<std::uint32_t>(drawn_->fetch_add(
                                    1, std::memory_order_relaxed)) +
                                1;
    // Another thread may have been faster.
    return own_->compare_exchange_strong(own, drawn, std::memory_order_relaxed)
               ? drawn
               : own;
  }

 private:
  ProcessNumbers() {
    void* const shared = MapPage(MAP_SHARED);
    drawn_ = shared != nullptr ? new (shared) Word(0) : new Word(0);
    void* const page = MapPage(MAP_PRIVATE);
#ifdef MADV_WIPEONFORK
    // It reaches the children of a bare clone(2) too. madvise(2).
    if (page != nullptr) madvise(page, kPageSize, MADV_WIPEONFORK);
#endif
    own_ = page != nullptr ? new (page) std::atomic<std::uint32_t>(0)
                           : new std::atomic<std::uint32_t>(0);
    pthread_atfork(nullptr, nullptr, [] { Get().own_->store(0); });
  }

  // How many have been drawn, by all relatives.
  Word* drawn_;
  // 0 in a child that has drawn none yet.
  std::atomic<std::uint32_t>* own_;
};

std::uint32_t ThisProcess() { return ProcessNumbers::Get().Own(); }

std::uint64_t With(std::uint32_t process, std::uint64_t note) {
  return std::uint64_t{process} << 32 |
         static_cast<std::uint32_t>(static_cast<std::uint32_t>(note) + 1);
}

}  // namespace

// Notes side by side. A note is used once, since a relative may go on using it
// after this process has forgotten its connection; a page is unmapped here once
// all of its connections are gone here.
struct SealingLog::Page {
  // In the shared page, the first word: how many notes have been given out. In
  // all processes, so that a parent and its child never give out the same.
  Word* notes = nullptr;
  bool is_shared = false;
  // Of this process: the connections, and whether more may come.
  std::atomic<int> users{1};

  static Page* Make() {
    auto* const page = new Page;
    void* const memory = MapPage(MAP_SHARED);
    page->is_shared = memory != nullptr;
    // Without memory to share, every process knows of itself only.
    page->notes =
        page->is_shared ? static_cast<Word*>(memory) : new Word[kNotes]();
    return page;
  }

  // One that nobody has had; nullptr if all are given out.
  Word* Take() {
    const std::uint64_t index =
        notes[0].fetch_add(1, std::memory_order_relaxed) + 1;
    if (index >= kNotes) return nullptr;
    users.fetch_add(1, std::memory_order_relaxed);
    return &notes[index];
  }

  void Release() {
    if (users.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    if (is_shared) {
      munmap(notes, kPageSize);
    } else {
      delete[] notes;
    }
    delete this;
  }
};

SealingLog::SealingLog() : maker_(ThisProcess()) {
  ABSL_CONST_INIT static absl::Mutex mutex(absl::kConstInit);
  static Page* current ABSL_GUARDED_BY(mutex) = nullptr;
  const absl::MutexLock lock(&mutex);
  last_ = current == nullptr ? nullptr : current->Take();
  if (last_ == nullptr) {
    if (current != nullptr) current->Release();
    current = Page::Make();
    last_ = current->Take();
  }
  page_ = current;
}

SealingLog::~SealingLog() { page_->Release(); }

bool SealingLog::Note() {
  std::uint64_t known = known_.load(std::memory_order_relaxed);
  const std::uint64_t next = With(ThisProcess(), known);
  if (!last_->compare_exchange_strong(known, next, std::memory_order_relaxed)) {
    return false;
  }
  known_.store(next, std::memory_order_relaxed);
  return true;
}

bool SealingLog::IsLast() const {
  const std::uint64_t known = known_.load(std::memory_order_relaxed);
  return known != 0 && known >> 32 == ThisProcess() &&
         last_->load(std::memory_order_relaxed) == known;
}

bool SealingLog::IsOfThisProcess() const { return ThisProcess() == maker_; }

}  // namespace tls
}  // namespace mortise
