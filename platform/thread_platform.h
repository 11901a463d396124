// The platform that a thread uses where no platform is named.

#ifndef MORTISE_PLATFORM_THREAD_PLATFORM_H_
#define MORTISE_PLATFORM_THREAD_PLATFORM_H_

#include "mortise/platform/backend.h"

namespace mortise {

// Returns the platform that nullptr means in the calling thread, or nullptr if
// that is Platform::Default(). Asked when a socket or another object is made,
// and not when it is used; addresses, which have no platform, ask for the names
// of their scopes. Thread-safe; does not block.
Platform* ThreadPlatform();

// Makes nullptr mean `platform` in the calling thread. It may be nullptr, and
// must outlive what is made with it. Returns what it was before. Only tests
// call this, by way of PlatformScope (mortise/platform/platform_scope.h).
Platform* ExchangeThreadPlatform(Platform* platform);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_THREAD_PLATFORM_H_
