// What a call of the vtable gives back: a value and the platform's own error
// number, 0 for success. It fits into two registers, and nothing about it is
// interpreted until it has failed.

#ifndef MORTISE_PLATFORM_SYS_RESULT_H_
#define MORTISE_PLATFORM_SYS_RESULT_H_

#include <limits>

namespace mortise {

// The one error number that no operating system uses: "this platform has no
// such thing". Every backend returns it for whatever it lacks, and callers see
// one and the same error (`IsUnsupported`), whatever the platform.
inline constexpr int kNotSupportedError = std::numeric_limits<int>::min();

template <typename T>
struct SysResult {
  T value{};
  int error = 0;

  constexpr bool ok() const { return error == 0; }
};

// The result of a call that yields nothing but success or failure.
template <>
struct SysResult<void> {
  int error = 0;

  constexpr bool ok() const { return error == 0; }
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SYS_RESULT_H_
