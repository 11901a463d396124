// The packets of a simulation as a file for Wireshark.
//
//   std::string file;
//   Capture capture(epoch, [&](absl::string_view bytes) {
//     file.append(bytes.data(), bytes.size());
//   });
//   fabric.set_tap(&capture);

#ifndef MORTISE_PLATFORM_SIM_NET_CAPTURE_H_
#define MORTISE_PLATFORM_SIM_NET_CAPTURE_H_

#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/net/pcapng.h"
#include "mortise/platform/sim/net/tap.h"

namespace mortise {
namespace sim {

// Writes what programs that capture at the interfaces of all hosts would see.
// What a rule or a link has done to a packet is the comment of its sending.
//
// Thread safety as of Tap. Blocks if `write` does.
class Capture final : public Tap {
 public:
  // At which interfaces a packet is seen.
  enum class Ends : std::uint8_t {
    // At that of its sender, so that it is there once whether it arrives or
    // not.
    kSender,
    // At both, so that a packet that arrives is there twice. Wireshark takes
    // the second one for a retransmission, unless it is shown one end only, by
    // a filter like frame.interface_name == "web/eth0".
    kBoth,
  };

  // `epoch` is what the wall clock shows at the start of the run, 1970 or
  // later.
  Capture(absl::Time epoch, PcapngWriter::Write write,
          Ends ends = Ends::kSender);

  void OnInterfaces(HostId host, absl::string_view name,
                    const Network& network) override;
  void OnPacket(const Sighting& sighting) override;

 private:
  using Key = std::pair<HostId, std::uint32_t>;

  const std::uint64_t epoch_;
  const Ends ends_;
  PcapngWriter writer_;
  // Only looked up, never walked through.
  absl::flat_hash_map<Key, std::uint32_t> interfaces_;
  absl::flat_hash_set<IpAddress> named_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_CAPTURE_H_
