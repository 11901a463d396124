#include "mortise/platform/fault/call_faults.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/fault/name_calls.h"
#include "mortise/platform/fault/other_calls.h"
#include "mortise/platform/fault/possible.h"
#include "mortise/platform/fault/readiness_calls.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/fault/socket_calls.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/schedule/fatal.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace fault {

struct CallFaults::Parts {
  Parts(Platform& behind, const CallFaultsOptions& options)
      : rules(behind, options.seed, options.on_hit),
        faults(behind, rules),
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

  Rules rules;
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

CallFaults::CallFaults(Platform& behind, const CallFaultsOptions& options)
    : parts_(std::make_unique<Parts>(behind, options)) {}

CallFaults::~CallFaults() = default;

Platform& CallFaults::platform() { return parts_->platform; }

Rule CallFaults::OnCalls(CallMatch which, const CallFault& fault,
                         const When& when) {
  const absl::Status status = Check(which, fault, when);
  if (!status.ok()) {
    sim::Fatal(absl::StrCat("mortise::fault::CallFaults::OnCalls: ",
                            status.ToString()));
  }
  return Rule(parts_->rules.Add(std::move(which), fault, when));
}

absl::Status CallFaults::Check(const CallMatch& which, const CallFault& fault,
                               const When& when) const {
  if (which.port < 0 || which.port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat(
        "which: port: ", which.port, " is not between 0 and 65535"));
  }
  absl::Status status = when.Check();
  if (!status.ok()) return status;
  return CheckPossible(which.call, fault, parts_->platform.facts().errors);
}

}  // namespace fault
}  // namespace mortise
