#include "mortise/core/internal/operation.h"

#include <cstddef>
#include <iterator>

#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {
namespace {

// In the order of the enumerators.
constexpr absl::string_view kNames[] = {
#define MORTISE_OPERATION(enumerator, name) name,
#include "mortise/core/internal/operations.inc"
#undef MORTISE_OPERATION
};

}  // namespace

absl::string_view OperationName(Operation operation) {
  const auto index = static_cast<std::size_t>(operation);
  return index < std::size(kNames) ? kNames[index] : absl::string_view();
}

}  // namespace internal
}  // namespace mortise
