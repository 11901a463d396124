// Hosts, their addresses and links.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/outbox.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/net/address_table.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/link.h"
#include "mortise/platform/sim/net/packet_rules.h"
#include "mortise/platform/sim/net/tap.h"

namespace mortise {
namespace sim {

Fabric::Fabric(const FabricOptions& options)
    : streams_(options.seed),
      link_(options.link),
      loopback_(options.loopback),
      name_server_{"dns", nullptr, {}} {
  AddNameServer();
}

Fabric::~Fabric() = default;

// --- Hosts -------------------------------------------------------------------

const Fabric::Host& Fabric::HostOf(HostId id) const {
  if (id == kNameServer) return name_server_;
  CheckArgument(id.number() != 0 && id.number() <= hosts_.size(), "HostId",
                "is not a host of this simulation");
  return hosts_[id.number() - 1];
}

Fabric::Host& Fabric::HostOf(HostId id) {
  return const_cast<Host&>(static_cast<const Fabric*>(this)->HostOf(id));
}

HostId Fabric::AddHost(absl::string_view name) {
  hosts_.push_back({std::string(name), nullptr, {}});
  return HostId(static_cast<std::uint32_t>(hosts_.size()));
}

std::vector<IpAddress> Fabric::AddressesOf(HostId host) const {
  const Host& found = HostOf(host);
  return found.kernel == nullptr ? found.last_addresses
                                 : found.kernel->network().PublicAddresses();
}

ErrorCode Fabric::PowerOn(HostId host, Kernel& kernel) {
  const std::vector<Interface>& interfaces = kernel.network().interfaces();
  for (const Interface& interface : interfaces) {
    if (interface.index == Network::kLoopbackIndex) continue;
    for (const InterfaceAddress& address : interface.addresses) {
      const Place* const owner = addresses_.Find(address.ip);
      if (owner != nullptr && owner->host != host) {
        return ErrorCode::kEaddrinuse;
      }
    }
  }
  CheckArgument(HostOf(host).kernel == nullptr, "Fabric::PowerOn: host",
                "is on already");
  HostOf(host).kernel = &kernel;
  kernels_[&kernel] = host;
  for (const Interface& interface : interfaces) {
    if (interface.index == Network::kLoopbackIndex) continue;
    for (const InterfaceAddress& address : interface.addresses) {
      addresses_.Add(address, {host, interface.index});
    }
  }
  ShowInterfaces(host);
  return kDone;
}

void Fabric::PowerOff(HostId host) {
  Kernel*& kernel = HostOf(host).kernel;
  if (kernel == nullptr) return;
  HostOf(host).last_addresses = kernel->network().PublicAddresses();
  for (const Interface& interface : kernel->network().interfaces()) {
    if (interface.index == Network::kLoopbackIndex) continue;
    for (const InterfaceAddress& address : interface.addresses) {
      addresses_.Remove(address.ip);
    }
  }
  kernels_.erase(kernel);
  kernel = nullptr;
}

ErrorCode Fabric::AddAddress(HostId host, absl::string_view interface,
                             const InterfaceAddress& address) {
  Kernel* const kernel = HostOf(host).kernel;
  if (kernel == nullptr) return ErrorCode::kEhostdown;
  const Place* const owner = addresses_.Find(address.ip);
  if (owner != nullptr && owner->host != host) return ErrorCode::kEaddrinuse;
  Network& network = kernel->mutable_network();
  if (const ErrorCode error = network.AddAddress(interface, address);
      error != kDone) {
    return error;
  }
  const std::uint32_t index = network.Find(interface)->index;
  if (index != Network::kLoopbackIndex) addresses_.Add(address, {host, index});
  ShowInterfaces(host);
  return kDone;
}

ErrorCode Fabric::RemoveAddress(HostId host, absl::string_view interface,
                                const IpAddress& ip) {
  Kernel* const kernel = HostOf(host).kernel;
  if (kernel == nullptr) return ErrorCode::kEhostdown;
  Network& network = kernel->mutable_network();
  if (const ErrorCode error = network.RemoveAddress(interface, ip);
      error != kDone) {
    return error;
  }
  if (network.Find(interface)->index != Network::kLoopbackIndex) {
    addresses_.Remove(ip);
  }
  ShowInterfaces(host);
  return kDone;
}

ErrorCode Fabric::SetUp(HostId host, absl::string_view interface, bool is_up) {
  Kernel* const kernel = HostOf(host).kernel;
  if (kernel == nullptr) return ErrorCode::kEhostdown;
  const ErrorCode error = kernel->mutable_network().SetUp(interface, is_up);
  if (error == kDone) ShowInterfaces(host);
  return error;
}

// --- Links -------------------------------------------------------------------

std::uint64_t Fabric::Key(HostId from, HostId to) {
  return std::uint64_t{from.number()} << 32 | to.number();
}

Fabric::Way& Fabric::WayOf(HostId from, HostId to) {
  std::unique_ptr<Way>& way = ways_[Key(from, to)];
  if (way == nullptr) {
    way = std::make_unique<Way>(streams_, Key(from, to),
                                from == to ? &loopback_ : &link_);
  }
  return *way;
}

void Fabric::SetLink(HostId from, HostId to, const LinkOptions& options) {
  HostOf(from);
  HostOf(to);
  Way& way = WayOf(from, to);
  way.own_model = std::make_unique<LinkModel>(options);
  way.model = way.own_model.get();
}

const LinkModel& Fabric::ModelOf(HostId from, HostId to,
                                 const LinkModel& own) const {
  const LinkModel* const other =
      rules_ == nullptr ? nullptr : rules_->LinkBetween(from, to);
  return other == nullptr ? own : *other;
}

PathLimits Fabric::LimitsTo(const Kernel& sender, const IpAddress& to) const {
  PathLimits limits;
  const auto found = kernels_.find(&sender);
  if (found == kernels_.end()) return limits;
  const HostId from = found->second;
  HostId host;
  if (sender.network().IsLocal(to)) {
    host = from;
  } else if (const Place* const place = addresses_.Find(to)) {
    host = place->host;
  }
  const auto way = ways_.find(Key(from, host));
  const LinkModel& own = way != ways_.end() ? *way->second->model
                         : host == from     ? loopback_
                                            : link_;
  const LinkModel& model = ModelOf(from, host, own);
  limits.mtu = model.mtu();
  limits.takes_large_segments = model.takes_large_segments();
  return limits;
}

// --- The tap -----------------------------------------------------------------

void Fabric::set_tap(Tap* tap) {
  tap_ = tap;
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    ShowInterfaces(HostId(static_cast<std::uint32_t>(i + 1)));
  }
}

void Fabric::ShowInterfaces(HostId host) {
  const Host& shown = HostOf(host);
  if (tap_ == nullptr || shown.kernel == nullptr) return;
  tap_->OnInterfaces(host, shown.name, shown.kernel->network());
}

void Fabric::See(Sighting::Kind kind, Time time, const Place& place,
                 const Packet& packet, absl::string_view comment) {
  if (tap_ == nullptr) return;
  tap_->OnPacket(
      {kind, time, place.host, place.interface_index, packet, comment});
}

}  // namespace sim
}  // namespace mortise
