// Which host has which address.

#ifndef MORTISE_PLATFORM_SIM_NET_ADDRESS_TABLE_H_
#define MORTISE_PLATFORM_SIM_NET_ADDRESS_TABLE_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"

namespace mortise {
namespace sim {

// An interface of a host.
struct Place {
  HostId host;
  std::uint32_t interface_index = 0;

  friend bool operator==(const Place& a, const Place& b) {
    return a.host == b.host && a.interface_index == b.interface_index;
  }
};

// Returns the interface "eth0" that a host has unless its options say
// otherwise, with an address in 10.0.0.0/8, one in fd00::/8 and a link-local
// one. They end in the number of the host.
Interface DefaultInterface(HostId host);

// The addresses of all hosts, and the networks that they are in. Thread-
// compatible. Nothing blocks.
class AddressTable {
 public:
  // Where packets to `ip` go, or nullptr if nobody has the address.
  const Place* Find(const IpAddress& ip) const;

  // Adds an address of `place`, and its network. The address is free.
  void Add(const InterfaceAddress& address, const Place& place);
  // Removes an address. The network stays, as routers know it.
  void Remove(const IpAddress& ip) { places_.erase(ip); }

  // Whether some host has had an address in a network that `ip` is in. Costs
  // the number of networks.
  bool HasNetworkOf(const IpAddress& ip) const;

 private:
  // Only looked up, never walked through: its order is not the same in every
  // run.
  absl::flat_hash_map<IpAddress, Place> places_;
  std::vector<InterfaceAddress> networks_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_ADDRESS_TABLE_H_
