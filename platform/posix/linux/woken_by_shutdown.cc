#include "mortise/platform/posix/woken_by_shutdown.h"

#include "mortise/platform/system_facts.h"

namespace mortise {
namespace posix {
namespace {

constexpr WokenByShutdown Woken() {
  WokenByShutdown woken;
  // poll(2) has no event for an AF_UNIX socket of which only the sending half
  // has been shut down, and so goes on waiting for room.
  woken.unix_senders = false;
#ifndef __linux__
  // By reading: FreeBSD's accept(2) says ECONNABORTED, as of a connection that
  // was aborted.
  woken.acceptors = false;
#endif
  return woken;
}

}  // namespace

const WokenByShutdown kWokenByShutdown = Woken();

}  // namespace posix
}  // namespace mortise
