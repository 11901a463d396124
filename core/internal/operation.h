// What was being done when an error occurred, by its POSIX name, or by Python's
// name where POSIX has none.

#ifndef MORTISE_CORE_INTERNAL_OPERATION_H_
#define MORTISE_CORE_INTERNAL_OPERATION_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

enum class Operation : std::uint8_t {
#define MORTISE_OPERATION(enumerator, name) enumerator,
#include "mortise/core/internal/operations.inc"
#undef MORTISE_OPERATION
};

inline constexpr int kOperationCount = 0
#define MORTISE_OPERATION(enumerator, name) +1
#include "mortise/core/internal/operations.inc"
#undef MORTISE_OPERATION
    ;

// "connect". Empty for a number that is no enumerator.
absl::string_view OperationName(Operation operation);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_OPERATION_H_
