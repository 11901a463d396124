// The operating system with poll sets that scan, which are the simplest there
// are. What is true of a Poller on the system's own sets must be true on these
// too.

#ifndef MORTISE_TESTS_PLATFORM_SCANNING_PLATFORM_H_
#define MORTISE_TESTS_PLATFORM_SCANNING_PLATFORM_H_

#include <memory>

#include "mortise/platform/backend.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

SysResult<std::unique_ptr<PollSet>> NewScanningSet();

// In everything else it is Platform::Default(). Never destroyed.
Platform& ScanningPlatform();

}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SCANNING_PLATFORM_H_
