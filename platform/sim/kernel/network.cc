#include "mortise/platform/sim/kernel/network.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/result.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::uint32_t kLoopbackMtu = 65536;

bool HasAddress(const Interface& interface, const IpAddress& ip) {
  for (const InterfaceAddress& address : interface.addresses) {
    if (address.ip == ip) return true;
  }
  return false;
}

// Returns an address of `interface` to send to `to` from: one of the same
// family, and of the same scope if there is one.
const InterfaceAddress* SourceOn(const Interface& interface,
                                 const IpAddress& to) {
  const InterfaceAddress* other = nullptr;
  for (const InterfaceAddress& address : interface.addresses) {
    if (address.ip.is_v4() != to.is_v4()) continue;
    if (address.ip.is_link_local() == to.is_link_local()) return &address;
    if (other == nullptr) other = &address;
  }
  return other;
}

}  // namespace

Network::Network(std::vector<Interface> interfaces) {
  Interface loopback;
  loopback.index = kLoopbackIndex;
  loopback.name = "lo";
  loopback.addresses = {{IpAddress::Loopback(true), 8},
                        {IpAddress::Loopback(false), 128}};
  loopback.mtu = kLoopbackMtu;
  interfaces_.push_back(std::move(loopback));
  for (Interface& interface : interfaces) {
    interface.index = static_cast<std::uint32_t>(interfaces_.size()) + 1;
    interfaces_.push_back(std::move(interface));
  }
}

const Interface* Network::Find(absl::string_view name) const {
  for (const Interface& interface : interfaces_) {
    if (interface.name == name) return &interface;
  }
  return nullptr;
}

const Interface* Network::Find(std::uint32_t index) const {
  if (index == 0 || index > interfaces_.size()) return nullptr;
  return &interfaces_[index - 1];
}

std::vector<IpAddress> Network::PublicAddresses() const {
  std::vector<IpAddress> found;
  for (const Interface& interface : interfaces_) {
    if (interface.index == kLoopbackIndex) continue;
    for (const InterfaceAddress& address : interface.addresses) {
      if (!address.ip.is_link_local()) found.push_back(address.ip);
    }
  }
  return found;
}

bool Network::IsLocal(const IpAddress& ip) const {
  if (ip.is_loopback()) return true;
  for (const Interface& interface : interfaces_) {
    if (interface.is_up && HasAddress(interface, ip)) return true;
  }
  return false;
}

ErrorCode Network::CheckLocal(const Endpoint& local) const {
  const IpAddress& ip = local.ip;
  if (ip.is_link_local()) {
    if (local.scope_id == 0) return ErrorCode::kEinval;
    const Interface* const interface = Find(local.scope_id);
    if (interface == nullptr) return ErrorCode::kEnodev;
    return HasAddress(*interface, ip) ? kDone : ErrorCode::kEaddrnotavail;
  }
  return ip.is_any() || ip.is_multicast() || ip.is_broadcast() || IsLocal(ip)
             ? kDone
             : ErrorCode::kEaddrnotavail;
}

Result<Route> Network::Find(const Endpoint& to) const {
  const IpAddress& ip = to.ip;
  if (IsLocal(ip) || ip.is_any()) {
    const bool has_name = !ip.is_loopback() && !ip.is_any();
    return {{kLoopbackIndex, kLoopbackMtu,
             has_name ? ip : IpAddress::Loopback(ip.is_v4())},
            kDone};
  }
  const bool is_for_many = ip.is_multicast() || ip.is_broadcast();
  const Interface* best = nullptr;
  int best_length = -1;
  for (const Interface& interface : interfaces_) {
    if (interface.index == kLoopbackIndex || !interface.is_up) continue;
    if (to.scope_id != 0 && to.scope_id != interface.index) continue;
    for (const InterfaceAddress& address : interface.addresses) {
      const bool fits = is_for_many
                            ? ip.is_v4() == address.ip.is_v4()
                            : ip.HasPrefix(address.ip, address.prefix_length);
      const int length = is_for_many ? 0 : address.prefix_length;
      if (!fits || length <= best_length) continue;
      best = &interface;
      best_length = length;
    }
  }
  if (best == nullptr) return {{}, ErrorCode::kEnetunreach};
  const InterfaceAddress* const source = SourceOn(*best, ip);
  if (source == nullptr) return {{}, ErrorCode::kEnetunreach};
  return {{best->index, best->mtu, source->ip}, kDone};
}

std::uint32_t Network::InterfaceOf(const IpAddress& to) const {
  for (const Interface& interface : interfaces_) {
    if (HasAddress(interface, to)) return interface.index;
  }
  return kLoopbackIndex;
}

Interface* Network::FindMutable(absl::string_view name) {
  for (Interface& interface : interfaces_) {
    if (interface.name == name) return &interface;
  }
  return nullptr;
}

ErrorCode Network::AddAddress(absl::string_view interface,
                              const InterfaceAddress& address) {
  Interface* const found = FindMutable(interface);
  if (found == nullptr) return ErrorCode::kEnodev;
  const int most = address.ip.is_v4() ? 32 : 128;
  if (address.prefix_length < 0 || address.prefix_length > most) {
    return ErrorCode::kEinval;
  }
  for (const Interface& other : interfaces_) {
    if (HasAddress(other, address.ip)) return ErrorCode::kEexist;
  }
  found->addresses.push_back(address);
  return kDone;
}

ErrorCode Network::RemoveAddress(absl::string_view interface,
                                 const IpAddress& ip) {
  Interface* const found = FindMutable(interface);
  if (found == nullptr) return ErrorCode::kEnodev;
  std::vector<InterfaceAddress>& addresses = found->addresses;
  for (auto address = addresses.begin(); address != addresses.end();
       ++address) {
    if (address->ip != ip) continue;
    addresses.erase(address);
    return kDone;
  }
  return ErrorCode::kEaddrnotavail;
}

ErrorCode Network::SetUp(absl::string_view interface, bool is_up) {
  Interface* const found = FindMutable(interface);
  if (found == nullptr) return ErrorCode::kEnodev;
  found->is_up = is_up;
  return kDone;
}

}  // namespace sim
}  // namespace mortise
