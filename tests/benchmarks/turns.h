// Measures several loops in turns, so that the noise of the machine affects all
// of them. The first is what the others are compared with: each batch is
// divided by the first one's batch of the same round, and the median of these
// ratios counts.

#ifndef MORTISE_TESTS_BENCHMARKS_TURNS_H_
#define MORTISE_TESTS_BENCHMARKS_TURNS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mortise {
namespace benchmarks {

class Turns {
 public:
  // Makes `times` passes. Returns the nanoseconds of one.
  using Batch = std::function<double(std::int64_t times)>;

  void Add(std::string name, Batch batch);
  // Compares the loop `name` with the loop `base` instead of the first one.
  // Both have been added.
  void CompareWith(const std::string& name, const std::string& base);
  // Prints a budget beside the ratio of the loop `name`.
  void SetBudget(const std::string& name, double budget);

  void Run(int rounds);
  // A line for each loop. `per_pass` is how many events a pass has.
  void Print(int per_pass) const;

 private:
  struct Loop {
    std::string name;
    Batch batch;
    std::size_t base = 0;
    double budget = 0;
    std::int64_t times = 1;
    std::vector<double> ns;
  };

  std::size_t Find(const std::string& name) const;

  std::vector<Loop> loops_;
};

// Returns a batch for a loop that does not measure itself.
Turns::Batch Timed(std::function<void(std::int64_t times)> loop);

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_TURNS_H_
