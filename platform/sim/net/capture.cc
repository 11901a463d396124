#include "mortise/platform/sim/net/capture.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/net/pcapng.h"
#include "mortise/platform/sim/net/tap.h"
#include "mortise/platform/sim/net/wire.h"

namespace mortise {
namespace sim {

Capture::Capture(absl::Time epoch, PcapngWriter::Write write, Ends ends)
    : epoch_(static_cast<std::uint64_t>(absl::ToUnixNanos(epoch))),
      ends_(ends),
      writer_(std::move(write)) {}

void Capture::OnInterfaces(HostId host, absl::string_view name,
                           const Network& network) {
  for (const Interface& interface : network.interfaces()) {
    const auto [known, is_new] =
        interfaces_.try_emplace(Key(host, interface.index), 0);
    if (is_new) {
      known->second =
          writer_.AddInterface(absl::StrCat(name, "/", interface.name));
    }
    // Every host has the addresses of the loopback interface.
    if (interface.index == Network::kLoopbackIndex) continue;
    for (const InterfaceAddress& address : interface.addresses) {
      if (named_.insert(address.ip).second) writer_.AddName(address.ip, name);
    }
  }
}

void Capture::OnPacket(const Sighting& sighting) {
  const bool is_sent = sighting.kind == Sighting::Kind::kSent;
  const bool is_seen = is_sent || (sighting.kind == Sighting::Kind::kArrived &&
                                   ends_ == Ends::kBoth);
  if (!is_seen) return;
  const std::string bytes = WireBytes(sighting.packet);
  PcapngWriter::Record record;
  record.interface =
      interfaces_.at(Key(sighting.host, sighting.interface_index));
  record.time = epoch_ + static_cast<std::uint64_t>(sighting.time);
  record.bytes = bytes;
  record.is_outbound = is_sent;
  record.comment = sighting.comment;
  writer_.AddPacket(record);
}

}  // namespace sim
}  // namespace mortise
