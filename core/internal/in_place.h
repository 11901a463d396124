// The tag that makes a StatusOr construct its value in place.

#ifndef MORTISE_CORE_INTERNAL_IN_PLACE_H_
#define MORTISE_CORE_INTERNAL_IN_PLACE_H_

#include <utility>

#include "absl/base/config.h"
#include "absl/utility/utility.h"

namespace mortise {
namespace internal {

// This is std::in_place, unless this Abseil was configured to have a type of
// its own, as Debian's libabsl-dev is. Newer Abseils only have std's.
#if defined(ABSL_OPTION_USE_STD_OPTIONAL) && !defined(ABSL_USES_STD_OPTIONAL)
inline constexpr absl::in_place_t kInPlace{};
#else
inline constexpr std::in_place_t kInPlace{};
#endif

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_IN_PLACE_H_
