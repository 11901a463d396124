// What is measured: which loop, over what, in which mode.

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

// The budgets of docs/performance.md that a case is held against; 0 is none.
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

// Those whose time is taken: the calls in pairs, as one thread makes them.
std::vector<Case> TimedCases();

// Those whose instructions are counted: each call by itself.
std::vector<Case> CountedCases();

// A case's sockets and buffer.
class Fixture {
 public:
  // Fails iff the machine lacks what the case needs, be it a loopback network
  // or room for the case's size in the sockets' own buffers.
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
