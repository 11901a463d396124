// The result of an operation of a kernel. Kernels speak of errors by their
// portable names. The vtable turns the name into the number of the simulated
// system.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_RESULT_H_
#define MORTISE_PLATFORM_SIM_KERNEL_RESULT_H_

#include "mortise/platform/error_code.h"

namespace mortise {
namespace sim {

// Success, where an operation returns only an ErrorCode.
inline constexpr ErrorCode kDone = ErrorCode::kUnmapped;

// A value type. `value` counts only if `error` is kDone.
template <typename T>
struct Result {
  T value{};
  ErrorCode error = kDone;

  bool ok() const { return error == kDone; }
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_RESULT_H_
