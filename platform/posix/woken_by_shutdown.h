// What shutdown(2) wakes. POSIX does not say, so linux/ and darwin/ each define
// this.

#ifndef MORTISE_PLATFORM_POSIX_WOKEN_BY_SHUTDOWN_H_
#define MORTISE_PLATFORM_POSIX_WOKEN_BY_SHUTDOWN_H_

#include "mortise/platform/system_facts.h"

namespace mortise {
namespace posix {

extern const WokenByShutdown kWokenByShutdown;

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_WOKEN_BY_SHUTDOWN_H_
