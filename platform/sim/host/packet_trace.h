// What the trace of a run says about packets.

#ifndef MORTISE_PLATFORM_SIM_HOST_PACKET_TRACE_H_
#define MORTISE_PLATFORM_SIM_HOST_PACKET_TRACE_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/net/tap.h"
#include "mortise/platform/sim/schedule/scheduler.h"

namespace mortise {
namespace sim {

// Adds a line for each packet that arrives, is lost, or is hit by a rule:
//
//   0.000500000 db received tcp 10.0.0.1:32768 > 10.0.0.2:80 SYN seq 17
//
// A packet that comes back to its own host is mentioned only if a rule or the
// link has lost or changed it, since the calls at both ends say the rest.
//
// `scheduler` must outlive it. Thread safety as of Tap.
class PacketTrace final : public Tap {
 public:
  explicit PacketTrace(Scheduler& scheduler) : scheduler_(scheduler) {}

  void OnInterfaces(HostId host, absl::string_view name,
                    const Network& network) override;
  void OnPacket(const Sighting& sighting) override;

 private:
  Scheduler& scheduler_;
  std::map<HostId, std::string> names_ = {{kNameServer, "dns"}};
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_PACKET_TRACE_H_
