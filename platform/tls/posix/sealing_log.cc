#include "mortise/platform/tls/sealing_log.h"

#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/base/attributes.h"
#include "absl/base/const_init.h"
#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "mortise/platform/posix/process_number.h"

namespace mortise {
namespace tls {
namespace {

using Word = std::atomic<std::uint64_t>;
static_assert(Word::is_always_lock_free, "a lock would not be shared");

// No system has smaller pages.
constexpr std::size_t kPageSize = 4096;
constexpr std::size_t kNotes = kPageSize / sizeof(Word);

// Returns what is noted after `note`: the process, and a count.
std::uint64_t With(std::uint32_t process, std::uint64_t note) {
  return std::uint64_t{process} << 32 | static_cast<std::uint32_t>(note + 1);
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
  // About this process: how many connections use the page, and whether more
  // may.
  std::atomic<int> users{1};

  static Page* Make() {
    auto* const page = new Page;
    void* const memory = mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    page->is_shared = memory != MAP_FAILED;
    // Without memory to share, every process knows of itself only.
    page->notes =
        page->is_shared ? static_cast<Word*>(memory) : new Word[kNotes]();
    return page;
  }

  // Returns a note that has never been given out, or nullptr if all have been.
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

SealingLog::SealingLog() {
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
  // A process that cannot know what others have sealed must seal nothing.
  if (!page_->is_shared && !IsOfThisProcess()) return false;
  std::uint64_t known = known_.load(std::memory_order_relaxed);
  const std::uint64_t next = With(posix::ProcessNumber(), known);
  if (!last_->compare_exchange_strong(known, next, std::memory_order_relaxed)) {
    return false;
  }
  known_.store(next, std::memory_order_relaxed);
  return true;
}

bool SealingLog::IsLast() const {
  const std::uint64_t known = known_.load(std::memory_order_relaxed);
  return known != 0 && known >> 32 == posix::ProcessNumber() &&
         last_->load(std::memory_order_relaxed) == known;
}

bool SealingLog::IsOfThisProcess() const { return maker_.IsOfThisProcess(); }

}  // namespace tls
}  // namespace mortise
