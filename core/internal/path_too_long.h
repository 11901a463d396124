// AF_UNIX paths that do not fit into the system's structure.

#ifndef MORTISE_CORE_INTERNAL_PATH_TOO_LONG_H_
#define MORTISE_CORE_INTERNAL_PATH_TOO_LONG_H_

#include <cstddef>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/operation.h"

namespace mortise {
namespace internal {

// The error for `path`, an AF_UNIX path or abstract name of more than `most`
// bytes, which is the limit of `whose` ("this system's"). It says how such a
// path can be used all the same, if its last part is short enough.
ABSL_ATTRIBUTE_COLD absl::Status PathTooLong(Operation operation,
                                             absl::string_view path,
                                             absl::string_view whose,
                                             std::size_t most);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_PATH_TOO_LONG_H_
