#include "mortise/platform/thread_platform.h"

#include <utility>

#include "mortise/platform/backend.h"

namespace mortise {
namespace {

// Behind functions, because other files cannot use a thread_local variable of a
// DLL.
thread_local Platform* thread_platform = nullptr;

}  // namespace

Platform* ThreadPlatform() { return thread_platform; }

Platform* ExchangeThreadPlatform(Platform* platform) {
  return std::exchange(thread_platform, platform);
}

}  // namespace mortise
