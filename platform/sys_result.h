// The result of a call of a Platform: a value, and the platform's own error
// number, which is 0 for success. A result with a small value fits into two
// registers. The library interprets the number only after a failure.

#ifndef MORTISE_PLATFORM_SYS_RESULT_H_
#define MORTISE_PLATFORM_SYS_RESULT_H_

#include <limits>

namespace mortise {

// An error number that no operating system uses: "this platform has no such
// thing". Every backend returns it for everything that it lacks, so callers see
// the same error (`IsUnsupported`) on every platform.
inline constexpr int kNotSupportedError = std::numeric_limits<int>::min();

template <typename T>
struct SysResult {
  T value{};
  int error = 0;

  constexpr bool ok() const { return error == 0; }
};

// The result of a call that returns only success or failure.
template <>
struct SysResult<void> {
  int error = 0;

  constexpr bool ok() const { return error == 0; }
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SYS_RESULT_H_
