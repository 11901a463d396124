// Files of captured packets, as Wireshark and tcpdump read them.
//
//   PcapngWriter writer([&](absl::string_view bytes) { file.Write(bytes); });
//   const std::uint32_t eth0 = writer.AddInterface("web/eth0");
//   writer.AddPacket({eth0, time, WireBytes(packet), true, ""});

#ifndef MORTISE_PLATFORM_SIM_NET_PCAPNG_H_
#define MORTISE_PLATFORM_SIM_NET_PCAPNG_H_

#include <cstdint>
#include <functional>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/kernel/address.h"

namespace mortise {
namespace sim {

// Writes the blocks of draft-ietf-opsawg-pcapng: the same bytes on every
// machine, in little-endian order.
//
// Thread-compatible. Blocks if `write` does.
class PcapngWriter {
 public:
  // Called with whole blocks, one after the other.
  using Write = std::function<void(absl::string_view)>;

  // A packet at an interface. Does not own the texts.
  struct Record {
    std::uint32_t interface = 0;
    // Nanoseconds since 1970-01-01 UTC.
    std::uint64_t time = 0;
    // A whole IPv4 or IPv6 packet.
    absl::string_view bytes;
    // Whether the interface sends it. If not, it receives it.
    bool is_outbound = true;
    // Shown beside the packet. Empty for none. At most 65535 bytes.
    absl::string_view comment;
  };

  // Writes the header of the file.
  explicit PcapngWriter(Write write);

  // Describes an interface that carries IP packets, and returns its number.
  std::uint32_t AddInterface(absl::string_view name);
  // Says that `ip` is the address of the host `name`.
  void AddName(const IpAddress& ip, absl::string_view name);
  void AddPacket(const Record& record);

 private:
  void WriteBlock(std::uint32_t type, absl::string_view body);

  const Write write_;
  std::uint32_t interfaces_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_PCAPNG_H_
