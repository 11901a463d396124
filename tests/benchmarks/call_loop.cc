// Runs one loop a given number of times, for tools that measure a whole
// process. count_instructions uses it.
//
//   call_loop --list                          each case, and its budget
//   call_loop Recv/pair/64/blocking bare|mortise TIMES

#include <cstdint>
#include <iostream>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "mortise/tests/benchmarks/cases.h"

namespace {

// In instructions beyond those of the bare call.
constexpr int kBudget = 60;

using mortise::benchmarks::Case;
using mortise::benchmarks::CountedCases;
using mortise::benchmarks::Fixture;

int Run(const Case& c, bool ours, std::int64_t times) {
  const absl::StatusOr<std::unique_ptr<Fixture>> fixture = Fixture::Make(c);
  if (!fixture.ok()) {
    std::cerr << c.name << ": cannot run: " << fixture.status() << "\n";
    return 1;
  }
  (ours ? c.ours : c.bare)((*fixture)->job(), times);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && absl::string_view(argv[1]) == "--list") {
    for (const Case& c : CountedCases()) {
      std::cout << c.name << " " << kBudget << "\n";
    }
    return 0;
  }
  std::int64_t times;
  if (argc == 4 && absl::SimpleAtoi(argv[3], &times)) {
    for (const Case& c : CountedCases()) {
      if (c.name != argv[1]) continue;
      return Run(c, absl::string_view(argv[2]) == "mortise", times);
    }
  }
  std::cerr << "usage: " << argv[0] << " --list | CASE bare|mortise TIMES\n";
  return 2;
}
