#include "mortise/platform/posix/woken_by_shutdown.h"

#include "mortise/platform/system_facts.h"

namespace mortise {
namespace posix {
namespace {

constexpr WokenByShutdown Woken() {
  WokenByShutdown woken;
  // By reading: shutdown(2) says ENOTCONN of a listener.
  woken.acceptors = false;
  return woken;
}

}  // namespace

const WokenByShutdown kWokenByShutdown = Woken();

}  // namespace posix
}  // namespace mortise
