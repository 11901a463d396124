// Two runs that should be the same.

#ifndef MORTISE_PLATFORM_SIM_EXPLORE_COMPARED_RUNS_H_
#define MORTISE_PLATFORM_SIM_EXPLORE_COMPARED_RUNS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/schedule/trace.h"

namespace mortise {
namespace sim {

// Keeps the lines of the first run, and compares those of the second run with
// them. Thread safety as of TraceSink.
class ComparedRuns final : public TraceSink {
 public:
  void Line(absl::string_view line) override;
  // From now on the lines are those of the second run.
  void BeginSecond() { is_second_ = true; }

  bool has_lines() const { return !first_.empty(); }
  // "" if both runs have the same lines. Otherwise the first line that differs,
  // of both runs.
  std::string Difference() const;

 private:
  std::vector<std::string> first_;
  bool is_second_ = false;
  // How many lines of the second run there were, and the first one that
  // differs from that of the first run.
  std::size_t lines_of_second_ = 0;
  bool differs_ = false;
  std::size_t differs_at_ = 0;
  std::string other_line_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_EXPLORE_COMPARED_RUNS_H_
