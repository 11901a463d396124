// The platform that is used if a caller names none.

#ifndef MORTISE_CORE_INTERNAL_OR_DEFAULT_H_
#define MORTISE_CORE_INTERNAL_OR_DEFAULT_H_

#include "mortise/platform/backend.h"
#include "mortise/platform/thread_platform.h"

namespace mortise {
namespace internal {

// The calling thread's platform if `platform` is nullptr. That is the one of
// the operating system, except in tests (mortise/platform/platform_scope.h).
inline Platform& OrDefault(Platform* platform) {
  if (platform != nullptr) return *platform;
  Platform* const of_thread = ThreadPlatform();
  return of_thread != nullptr ? *of_thread : Platform::Default();
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_OR_DEFAULT_H_
