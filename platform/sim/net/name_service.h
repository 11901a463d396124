// Who answers the packets that are sent to the name server.

#ifndef MORTISE_PLATFORM_SIM_NET_NAME_SERVICE_H_
#define MORTISE_PLATFORM_SIM_NET_NAME_SERVICE_H_

#include <optional>
#include <string>

#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// Thread safety: none; the lock of the simulation guards it. Must neither call
// the fabric nor block.
class NameService {
 public:
  struct Reply {
    std::string data;
    // How long the name server takes to send it.
    Time delay = 0;
  };

  virtual ~NameService() = default;

  // Returns what the name server replies to a datagram of `from` that has
  // arrived, or nullopt if it is silent.
  virtual std::optional<Reply> OnQuery(HostId from, const Packet& query,
                                       Time now) = 0;
  // A reply has arrived at `to`. Returns whether it is for a look-up of the
  // host. If not, it is for one of its sockets.
  virtual bool OnAnswer(HostId to, const Packet& answer) = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_NAME_SERVICE_H_
