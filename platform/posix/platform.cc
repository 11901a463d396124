// The operating system, as the library's default platform.

#include "mortise/platform/backend.h"
#include "mortise/platform/posix/addresses.h"
#include "mortise/platform/posix/clock.h"
#include "mortise/platform/posix/errors.h"
#include "mortise/platform/posix/files.h"
#include "mortise/platform/posix/interfaces.h"
#include "mortise/platform/posix/messages.h"
#include "mortise/platform/posix/names.h"
#include "mortise/platform/posix/readiness.h"
#include "mortise/platform/posix/services.h"
#include "mortise/platform/posix/sockets.h"

namespace mortise {
namespace {

struct PosixParts {
  posix::Sockets sockets;
  posix::Messages messages;
  posix::Readiness readiness;
  posix::Clock clock;
  posix::Names names;
  posix::Services services;
  posix::Interfaces interfaces;
  posix::Files files;
  posix::Addresses addresses;
  posix::Errors errors;
};

}  // namespace

Platform& Platform::Default() {
  // Never destroyed: sockets of static storage may outlive it otherwise.
  static auto* const parts = new PosixParts;
  static auto* const platform = new Platform(
      {&parts->sockets, &parts->messages, &parts->readiness, &parts->clock,
       &parts->names, &parts->services, &parts->interfaces, &parts->files,
       &parts->addresses, &parts->errors});
  return *platform;
}

}  // namespace mortise
