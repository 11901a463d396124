// The platform that is used if a caller names none.

#ifndef MORTISE_CORE_INTERNAL_OR_DEFAULT_H_
#define MORTISE_CORE_INTERNAL_OR_DEFAULT_H_

#include "mortise/platform/backend.h"

namespace mortise {
namespace internal {

inline Platform& OrDefault(Platform* platform) {
  return platform != nullptr ? *platform : Platform::Default();
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_OR_DEFAULT_H_
