#include "mortise/platform/tls/elevated.h"

#ifdef __linux__
#include <sys/auxv.h>
#else
#include <unistd.h>
#endif

namespace mortise {
namespace tls {

bool IsElevated() {
#ifdef __linux__
  return getauxval(AT_SECURE) != 0;
#else
  return issetugid() != 0;
#endif
}

}  // namespace tls
}  // namespace mortise
