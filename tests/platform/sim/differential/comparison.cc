#include "mortise/tests/platform/sim/differential/comparison.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "mortise/tests/platform/sim/differential/execution.h"
#include "mortise/tests/platform/sim/differential/machine.h"

namespace mortise {
namespace differential {
namespace {

std::string TextOf(const SocketState& state) {
  return absl::StrCat("s", state.number, " ", state.events, " ", state.local,
                      " peer ", state.peer);
}

std::vector<std::string> Lines(const Step& step) {
  std::vector<std::string> lines = {step.text};
  for (const SocketState& state : step.sockets) {
    lines.push_back(TextOf(state));
  }
  return lines;
}

// The lines of which the machines differ.
std::string Report(const Program& program, std::size_t last, const Step& real,
                   const Step& simulated) {
  std::string report;
  for (std::size_t i = 0; i <= last; ++i) {
    absl::StrAppend(&report, "  ", TextOf(program[i]), "\n");
  }
  const std::vector<std::string> one = Lines(real);
  const std::vector<std::string> other = Lines(simulated);
  for (std::size_t i = 0; i < one.size() || i < other.size(); ++i) {
    const std::string left = i < one.size() ? one[i] : "nothing";
    const std::string right = i < other.size() ? other[i] : "nothing";
    if (left == right) {
      absl::StrAppend(&report, "    both:       ", left, "\n");
    } else {
      absl::StrAppend(&report, "    this Linux: ", left, "\n",
                      "    simulated:  ", right, "\n");
    }
  }
  return report;
}

}  // namespace

Comparison Compare(const Program& program, absl::string_view directory) {
  std::vector<Step> real;
  std::vector<Step> simulated;
  OnThisMachine([&](Platform& platform, Settle settle) {
    real = Execute(program, platform, settle, directory);
  });
  OnSimulatedHost([&](Platform& platform, Settle settle) {
    simulated = Execute(program, platform, settle, directory);
  });
  Comparison comparison;
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (Lines(real[i]) == Lines(simulated[i])) continue;
    comparison.step = i;
    comparison.known = FindKnownDifference({program, i, real, simulated});
    comparison.differs = comparison.known == nullptr;
    comparison.report = Report(program, i, real[i], simulated[i]);
    break;
  }
  return comparison;
}

Program Shrink(Program program, absl::string_view directory) {
  program.resize(Compare(program, directory).step + 1);
  for (bool has_shrunk = true; has_shrunk;) {
    has_shrunk = false;
    for (std::size_t i = program.size(); i-- > 0;) {
      Program smaller = program;
      smaller.erase(smaller.begin() + static_cast<std::ptrdiff_t>(i));
      if (!Compare(smaller, directory).differs) continue;
      program = smaller;
      has_shrunk = true;
    }
  }
  return program;
}

}  // namespace differential
}  // namespace mortise
