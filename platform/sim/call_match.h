// Which calls a rule of a simulation is about.

#ifndef MORTISE_PLATFORM_SIM_CALL_MATCH_H_
#define MORTISE_PLATFORM_SIM_CALL_MATCH_H_

#include <optional>

#include "mortise/platform/fault/call_fault.h"  // IWYU pragma: export
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/sim/host_id.h"

namespace mortise {
namespace sim {

using fault::CallFault;

// Matches the calls that have everything that is set here. By default, all.
// Everything but the host is explained in mortise/platform/fault/call_match.h.
//
//   sim::CallMatch receives;
//   receives.call = fault::Call::kRecv;
//   receives.host = server;
struct CallMatch : fault::CallMatch {
  // The host whose calls are meant. If it is not set, the calls of all hosts.
  std::optional<HostId> host;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_CALL_MATCH_H_
