// The interfaces of a host, its addresses, and its routes.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_NETWORK_H_
#define MORTISE_PLATFORM_SIM_KERNEL_NETWORK_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/result.h"

namespace mortise {
namespace sim {

// An address of an interface, and how many bits of it are those of its network.
struct InterfaceAddress {
  IpAddress ip;
  int prefix_length = 0;
};

struct Interface {
  std::uint32_t index = 0;
  std::string name;
  std::vector<InterfaceAddress> addresses;
  std::uint32_t mtu = 1500;
  bool is_up = true;
};

// The interface through which a packet leaves, and the address that it leaves
// from.
struct Route {
  std::uint32_t interface_index = 0;
  std::uint32_t mtu = 0;
  IpAddress source;
};

// Thread safety: none; the lock of the simulation guards it. Nothing blocks.
class Network {
 public:
  static constexpr std::uint32_t kLoopbackIndex = 1;

  // `interfaces` are those beside the loopback interface "lo". Their indices
  // are 2 and more, in this order.
  explicit Network(std::vector<Interface> interfaces);

  const std::vector<Interface>& interfaces() const { return interfaces_; }
  const Interface* Find(absl::string_view name) const;
  const Interface* Find(std::uint32_t index) const;

  // The addresses under which other hosts may know this one: those of all
  // interfaces except "lo", without link-local ones.
  std::vector<IpAddress> PublicAddresses() const;

  // Whether packets to `ip` come back to this host. All of 127.0.0.0/8 does.
  bool IsLocal(const IpAddress& ip) const;

  // Whether a socket may have the address: kDone, kEaddrnotavail, or what is
  // wrong with its scope.
  ErrorCode CheckLocal(const Endpoint& local) const;

  // The way to `to`. Returns kEnetunreach if there is none.
  Result<Route> Find(const Endpoint& to) const;

  // The interface that a packet to the local address `to` comes through.
  std::uint32_t InterfaceOf(const IpAddress& to) const;

  // Gives the interface one more address. Sockets that exist do not notice.
  // Returns:
  //   kEnodev  there is no such interface
  //   kEexist  an interface of the host has the address
  //   kEinval  the prefix is negative or longer than the address
  ErrorCode AddAddress(absl::string_view interface,
                       const InterfaceAddress& address);
  // Takes an address away. Sockets that have it keep it, and what is sent to it
  // no longer arrives. Returns:
  //   kEnodev         there is no such interface
  //   kEaddrnotavail  it does not have the address
  ErrorCode RemoveAddress(absl::string_view interface, const IpAddress& ip);
  // Turns the interface on or off. It keeps its addresses. Returns kEnodev if
  // there is no such interface.
  ErrorCode SetUp(absl::string_view interface, bool is_up);

 private:
  Interface* FindMutable(absl::string_view name);

  std::vector<Interface> interfaces_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_NETWORK_H_
