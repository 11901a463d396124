// Several taps in the place of one.

#ifndef MORTISE_PLATFORM_SIM_NET_TAP_LIST_H_
#define MORTISE_PLATFORM_SIM_NET_TAP_LIST_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/net/tap.h"

namespace mortise {
namespace sim {

// Passes everything on to each of its taps, in the order in which they were
// added. They must outlive it. Thread safety as of Tap.
class TapList final : public Tap {
 public:
  void Add(Tap& tap) { taps_.push_back(&tap); }

  void OnInterfaces(HostId host, absl::string_view name,
                    const Network& network) override {
    for (Tap* const tap : taps_) tap->OnInterfaces(host, name, network);
  }
  void OnPacket(const Sighting& sighting) override {
    for (Tap* const tap : taps_) tap->OnPacket(sighting);
  }

 private:
  std::vector<Tap*> taps_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_TAP_LIST_H_
