// The process that made something.

#ifndef MORTISE_PLATFORM_PROCESS_MARK_H_
#define MORTISE_PLATFORM_PROCESS_MARK_H_

#include <atomic>
#include <cstdint>

namespace mortise {

// Tells a process from the children that are forked from it, which have copies
// of its objects. Made by ReadinessCalls::MarkProcess.
//
// Thread-safe, and takes no lock, so that a forked child may ask whatever the
// threads of its parent were doing.
class ProcessMark {
 public:
  // The only process: for systems that cannot fork.
  ProcessMark() : ProcessMark(kOnly) {}
  // This process, which finds its number in `own`. In a forked child, `own` has
  // another number. `own` must last as long as the process.
  explicit ProcessMark(const std::atomic<std::uint32_t>& own)
      : own_(&own), number_(own.load(std::memory_order_relaxed)) {}

  // False in a forked child of the process that is marked.
  bool IsOfThisProcess() const {
    return own_->load(std::memory_order_relaxed) == number_;
  }

 private:
  static constexpr std::atomic<std::uint32_t> kOnly{1};

  const std::atomic<std::uint32_t>* own_;
  std::uint32_t number_;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_PROCESS_MARK_H_
