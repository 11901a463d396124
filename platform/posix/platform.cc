// The operating system, as the library's default platform.

#include <sys/socket.h>

#include "mortise/platform/backend.h"
#include "mortise/platform/posix/clock.h"
#include "mortise/platform/posix/errors.h"
#include "mortise/platform/posix/files.h"
#include "mortise/platform/posix/interfaces.h"
#include "mortise/platform/posix/names.h"
#include "mortise/platform/posix/readiness.h"
#include "mortise/platform/posix/services.h"
#include "mortise/platform/posix/sock_addr_codec.h"
#include "mortise/platform/posix/sockets.h"
#include "mortise/platform/posix/woken_by_shutdown.h"

namespace mortise {
namespace {

struct PosixParts {
  posix::Sockets sockets;
  posix::Readiness readiness;
  posix::Clock clock;
  posix::Names names;
  posix::Services services;
  posix::Interfaces interfaces;
  posix::Files files;
  posix::Errors errors;
};

SystemFacts Facts() {
  SystemFacts facts;
  facts.errors = posix::kErrors;
  facts.max_unix_path = posix::kMaxUnixPath;
  facts.pair_family = AF_UNIX;
  facts.wait_flags.do_not_wait = MSG_DONTWAIT;
#ifdef __APPLE__
  facts.wait_flags.sends_heed_do_not_wait = false;
#endif
#ifdef MSG_ERRQUEUE
  facts.wait_flags.error_queue = MSG_ERRQUEUE;
#endif
  facts.woken_by_shutdown = posix::kWokenByShutdown;
  return facts;
}

}  // namespace

Platform& Platform::Default() {
  // Never destroyed, because static sockets could otherwise outlive it.
  static auto* const parts = new PosixParts;
  static auto* const platform = new Platform(
      {&parts->sockets, &parts->readiness, &parts->clock, &parts->names,
       &parts->services, &parts->interfaces, &parts->files, &parts->errors},
      Facts());
  return *platform;
}

}  // namespace mortise
