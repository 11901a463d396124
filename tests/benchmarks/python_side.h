// CPython's module selectors, in a process of its own.

#ifndef MORTISE_TESTS_BENCHMARKS_PYTHON_SIDE_H_
#define MORTISE_TESTS_BENCHMARKS_PYTHON_SIDE_H_

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace mortise {
namespace benchmarks {

class PythonSide {
 public:
  // Runs `script`, which is peers/python_selectors.py, with `arguments`.
  // Returns nullptr if it does not get ready.
  static std::unique_ptr<PythonSide> Start(
      const std::string& script, const std::vector<std::string>& arguments);
  PythonSide(const PythonSide&) = delete;
  PythonSide& operator=(const PythonSide&) = delete;
  ~PythonSide();

  // Makes so many passes. Returns the nanoseconds of one, as Python measures
  // them.
  double Run(std::int64_t times);

 private:
  PythonSide(pid_t pid, std::FILE* in, std::FILE* out)
      : pid_(pid), in_(in), out_(out) {}

  const pid_t pid_;
  std::FILE* const in_;
  std::FILE* const out_;
};

}  // namespace benchmarks
}  // namespace mortise

#endif  // MORTISE_TESTS_BENCHMARKS_PYTHON_SIDE_H_
