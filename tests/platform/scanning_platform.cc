#include "mortise/tests/platform/scanning_platform.h"

#include <memory>

#include "mortise/platform/backend.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#ifdef _WIN32
#include "mortise/platform/winsock/poll_scan.h"
#else
#include "mortise/platform/posix/poll_scan.h"
#endif

namespace mortise {
namespace {

// All other calls go to the system.
class ScanningReadiness final : public ForwardingReadinessCalls {
 public:
  using ForwardingReadinessCalls::ForwardingReadinessCalls;

  SysResult<std::unique_ptr<PollSet>> NewPollSet() override {
    return NewScanningSet();
  }
};

}  // namespace

SysResult<std::unique_ptr<PollSet>> NewScanningSet() {
#ifdef _WIN32
  return winsock::NewScanningPollSet();
#else
  return posix::NewScanningPollSet();
#endif
}

Platform& ScanningPlatform() {
  static auto* const readiness =
      new ScanningReadiness(Platform::Default().readiness());
  static Platform* const platform = [] {
    Platform::Parts parts = Platform::Default().parts();
    parts.readiness = readiness;
    return new Platform(parts, Platform::Default().facts());
  }();
  return *platform;
}

}  // namespace mortise
