#include "mortise/platform/sim/net/address_table.h"

#include <cstdint>

#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"

namespace mortise {
namespace sim {
namespace {

// The IPv6 address that begins with two bytes and ends in `number`.
IpAddress V6EndingIn(std::uint8_t first, std::uint8_t second,
                     std::uint32_t number) {
  std::uint8_t bytes[16] = {first, second};
  for (int i = 0; i < 4; ++i) {
    bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return IpAddress::V6(bytes);
}

}  // namespace

Interface DefaultInterface(HostId host) {
  const std::uint32_t n = host.number();
  Interface interface;
  interface.name = "eth0";
  interface.addresses = {
      {IpAddress::V4(10, static_cast<std::uint8_t>(n >> 16),
                     static_cast<std::uint8_t>(n >> 8),
                     static_cast<std::uint8_t>(n)),
       8},
      {V6EndingIn(0xfd, 0, n), 8},
      {V6EndingIn(0xfe, 0x80, n), 64},
  };
  return interface;
}

const Place* AddressTable::Find(const IpAddress& ip) const {
  const auto found = places_.find(ip);
  return found == places_.end() ? nullptr : &found->second;
}

void AddressTable::Add(const InterfaceAddress& address, const Place& place) {
  places_[address.ip] = place;
  // A network without a prefix is the whole Internet, of which nothing is
  // known.
  if (address.prefix_length == 0) return;
  for (const InterfaceAddress& network : networks_) {
    if (network.prefix_length == address.prefix_length &&
        address.ip.HasPrefix(network.ip, network.prefix_length)) {
      return;
    }
  }
  networks_.push_back(address);
}

bool AddressTable::HasNetworkOf(const IpAddress& ip) const {
  for (const InterfaceAddress& network : networks_) {
    if (ip.HasPrefix(network.ip, network.prefix_length)) return true;
  }
  return false;
}

}  // namespace sim
}  // namespace mortise
