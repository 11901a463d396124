#include "mortise/platform/sim/explore/compared_runs.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace mortise {
namespace sim {

void ComparedRuns::Line(absl::string_view line) {
  if (!is_second_) {
    first_.emplace_back(line);
    return;
  }
  const std::size_t at = lines_of_second_++;
  if (differs_ || (at < first_.size() && first_[at] == line)) return;
  differs_ = true;
  differs_at_ = at;
  other_line_ = std::string(line);
}

std::string ComparedRuns::Difference() const {
  std::size_t at = differs_at_;
  std::string other = other_line_;
  if (!differs_) {
    if (lines_of_second_ == first_.size()) return "";
    at = lines_of_second_;
    other = "(the run has ended)";
  }
  return absl::StrCat("line ", at + 1, " of the trace:\n  first run:  ",
                      at < first_.size() ? first_[at] : "(the run has ended)",
                      "\n  second run: ", other);
}

}  // namespace sim
}  // namespace mortise
