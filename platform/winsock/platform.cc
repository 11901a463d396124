// The operating system, as the library's default platform.

#include "mortise/platform/backend.h"
#include "mortise/platform/winsock/clock.h"
#include "mortise/platform/winsock/errors.h"
#include "mortise/platform/winsock/files.h"
#include "mortise/platform/winsock/interfaces.h"
#include "mortise/platform/winsock/names.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/readiness.h"
#include "mortise/platform/winsock/services.h"
#include "mortise/platform/winsock/sock_addr_codec.h"
#include "mortise/platform/winsock/sockets.h"

namespace mortise {
namespace {

struct WinsockParts {
  winsock::Sockets sockets;
  winsock::Readiness readiness;
  winsock::Clock clock;
  winsock::Names names;
  winsock::Services services;
  winsock::Interfaces interfaces;
  winsock::Files files;
  winsock::Errors errors;
};

SystemFacts Facts() {
  SystemFacts facts;
  facts.errors = winsock::kErrors;
  facts.max_unix_path = winsock::kMaxUnixPath;
  facts.pair_family = AF_INET;
  // Microsoft's page of shutdown promises nothing about calls that wait, and
  // the call fails for a listener.
  facts.woken_by_shutdown = {false, false, false, false};
  return facts;
}

}  // namespace

Platform& Platform::Default() {
  // Never destroyed, because static sockets could otherwise outlive it.
  static auto* const parts = new WinsockParts;
  static auto* const platform = new Platform(
      {&parts->sockets, &parts->readiness, &parts->clock, &parts->names,
       &parts->services, &parts->interfaces, &parts->files, &parts->errors},
      Facts());
  return *platform;
}

}  // namespace mortise
