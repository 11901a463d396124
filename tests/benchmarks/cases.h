// The cases that are measured. A case says which loop is run, over which
// transport, and in which mode.

#ifndef MORTISE_TESTS_BENCHMARKS_CASES_H_
#define MORTISE_TESTS_BENCHMARKS_CASES_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mortise/core/socket.h"
#include "mortise/tests/benchmarks/loops.h"

namespace mortise {
namespace benchmarks {

enum class Transport { kNone, kPair, kTcp, kUdp };
enum class Mode { kBlocking, kTimeout, kNonBlocking };

// The budgets of docs/performance.md that a case has to keep; 0 means none.
struct Budget {
  double ratio = 0;
  double nanoseconds = 0;
};

struct Case {
  std::string name;
  Transport transport = Transport::kNone;
  Mode mode = Mode::kBlocking;
  std::size_t size = 0;
  std::string host;
  Loop bare = nullptr;
  Loop ours = nullptr;
  Budget budget;
};

// Returns the cases whose time is measured. Their calls come in pairs, such as
// Send and Recv, which one thread makes in turn.
std::vector<Case> TimedCases();

// Returns the cases whose instructions are counted: each call by itself.
std::vector<Case> CountedCases();

// A case's sockets and buffer.
class Fixture {
 public:
  // Fails if the machine lacks what the case needs, such as a loopback network,
  // or room for the case's size in the sockets' buffers.
  static absl::StatusOr<std::unique_ptr<Fixture>> Make(const Case& c);

  const Job& job() const { return job_; }

 private:
  Fixture() = default;

  absl::Status Open(Transport transport);

  Socket sender_;
  Socket receiver_;
  std::vector<char> buffer_;
  Job job_;
};

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_CASES_H_
