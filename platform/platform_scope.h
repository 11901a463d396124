// For tests: another platform for code that names none.
//
//   const PlatformScope scope(host.platform());
//   auto socket = Socket::Create(kAfInet, kSockStream);  // on that host

#ifndef MORTISE_PLATFORM_PLATFORM_SCOPE_H_
#define MORTISE_PLATFORM_PLATFORM_SCOPE_H_

#include "mortise/platform/backend.h"
#include "mortise/platform/thread_platform.h"

namespace mortise {

// While it lives, `platform` takes the place of Platform::Default() wherever
// the calling thread names no platform. Sockets keep the platform that they
// were made with. Other threads, and threads that this one starts, are not
// affected, except that a sim::Thread takes over the platform of the thread
// that starts it.
//
// Scopes may be nested; the innermost one counts. Created and destroyed in one
// thread, in the reverse order. `platform` must outlive everything that is made
// with it. Does not block.
class [[nodiscard]] PlatformScope {
 public:
  explicit PlatformScope(Platform& platform) : PlatformScope(&platform) {}
  // nullptr stands for Platform::Default().
  explicit PlatformScope(Platform* platform)
      : before_(ExchangeThreadPlatform(platform)) {}
  ~PlatformScope() { ExchangeThreadPlatform(before_); }
  PlatformScope(const PlatformScope&) = delete;
  PlatformScope& operator=(const PlatformScope&) = delete;

 private:
  Platform* const before_;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_PLATFORM_SCOPE_H_
