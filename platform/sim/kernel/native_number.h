// Constants of the build's headers that not every system has.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_NATIVE_NUMBER_H_
#define MORTISE_PLATFORM_SIM_KERNEL_NATIVE_NUMBER_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace mortise {
namespace sim {

// Returns the number that the headers of the build have for `name`
// ("SO_PASSCRED"), or nullopt if they lack it. Thread-safe; does not block. It
// searches a long table, so callers keep the answer.
std::optional<int> NativeNumber(absl::string_view name);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_NATIVE_NUMBER_H_
