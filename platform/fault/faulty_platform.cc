#include "mortise/platform/fault/faulty_platform.h"

#include <memory>

#include "mortise/platform/backend.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/fault/name_calls.h"
#include "mortise/platform/fault/other_calls.h"
#include "mortise/platform/fault/readiness_calls.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/fault/site.h"
#include "mortise/platform/fault/socket_calls.h"

namespace mortise {
namespace fault {

struct FaultyPlatform::Parts {
  Parts(FaultSite& site, Platform& behind, Rules& rules)
      : faults(site, rules),
        sockets(behind.sockets(), faults),
        readiness(behind.readiness(), faults),
        clock(behind.clock(), faults),
        names(behind.names(), faults),
        services(behind.services(), faults),
        interfaces(behind.interfaces(), faults),
        files(behind.files(), faults),
        platform({&sockets, &readiness, &clock, &names, &services, &interfaces,
                  &files, &behind.errors()},
                 behind.facts()) {}

  const FaultyCall faults;
  FaultySocketCalls sockets;
  FaultyReadinessCalls readiness;
  FaultyClockCalls clock;
  FaultyNameCalls names;
  FaultyServiceCalls services;
  FaultyInterfaceCalls interfaces;
  FaultyFileCalls files;
  // The last member: it owns interrupts of `readiness`.
  Platform platform;
};

FaultyPlatform::FaultyPlatform(FaultSite& site, Rules& rules)
    : parts_(std::make_unique<Parts>(site, site.behind(), rules)) {}

FaultyPlatform::~FaultyPlatform() = default;

Platform& FaultyPlatform::platform() { return parts_->platform; }

}  // namespace fault
}  // namespace mortise
