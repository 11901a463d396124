// The process that made something.

#ifndef MORTISE_CORE_INTERNAL_PROCESS_MARK_H_
#define MORTISE_CORE_INTERNAL_PROCESS_MARK_H_

#include <cstdint>

#include "mortise/platform/readiness_calls.h"

namespace mortise {
namespace internal {

// Thread-safe, and takes no lock, so that a forked child may ask whatever the
// threads of its parent were doing.
class ProcessMark {
 public:
  // `readiness` must outlive the mark.
  explicit ProcessMark(ReadinessCalls& readiness)
      : readiness_(&readiness), number_(readiness.ProcessNumber()) {}

  // False in a forked child of the process that made the mark.
  bool IsOfThisProcess() const {
    return readiness_->ProcessNumber() == number_;
  }

 private:
  ReadinessCalls* readiness_;
  std::uint64_t number_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_PROCESS_MARK_H_
