#include "mortise/platform/sim/kernel/ports.h"

#include <cstdint>

#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/ip_socket.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {
namespace {

// Whether `ip` stands for all addresses of the family of `other`. "::" of a
// socket that is not limited to IPv6 stands for all of IPv4 as well.
bool Covers(const IpAddress& ip, bool is_v6_only, const IpAddress& other) {
  if (!ip.is_any()) return false;
  return ip.is_v4() == other.is_v4() || (!ip.is_v4() && !is_v6_only);
}

bool Overlap(const IpSocket& a, const Endpoint& at, const IpSocket& b) {
  const Endpoint& other = b.local();
  if (at.ip == other.ip) return at.scope_id == other.scope_id;
  return Covers(at.ip, a.is_v6_only(), other.ip) ||
         Covers(other.ip, b.is_v6_only(), at.ip);
}

}  // namespace

void Ports::Add(IpSocket& socket) {
  ports_[socket.local().port].emplace(socket.identity(), &socket);
}

void Ports::Remove(IpSocket& socket) {
  const auto found = ports_.find(socket.local().port);
  if (found == ports_.end()) return;
  found->second.erase(socket.identity());
  if (found->second.empty()) ports_.erase(found);
}

const Ports::Sockets& Ports::At(std::uint16_t port) const {
  static const auto* const none = new Sockets;
  const auto found = ports_.find(port);
  return found == ports_.end() ? *none : found->second;
}

bool Ports::Conflicts(const IpSocket& socket, const Endpoint& local) const {
  const bool reuse = socket.options().Has(Option::kReuseAddress);
  const bool share = socket.options().Has(Option::kReusePort);
  for (const auto& [identity, other] : At(local.port)) {
    if (other == &socket || !Overlap(socket, local, *other)) continue;
    if (share && other->options().Has(Option::kReusePort)) continue;
    // A listener gives its port to nobody. Source: socket(7), SO_REUSEADDR.
    if (reuse && other->options().Has(Option::kReuseAddress) &&
        !other->IsListening()) {
      continue;
    }
    return true;
  }
  return false;
}

template <typename Fits>
std::uint16_t Ports::Pick(Random& random, Fits fits) const {
  const std::uint32_t count =
      static_cast<std::uint32_t>(range_.last - range_.first) + 1;
  const std::uint32_t start = random.Below(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto port =
        static_cast<std::uint16_t>(range_.first + (start + i) % count);
    if (fits(port)) return port;
  }
  return 0;
}

std::uint16_t Ports::PickToBind(const IpSocket& socket, const Endpoint& local,
                                Random& random) const {
  // A port that nobody has comes first: a socket that may share does not want
  // to share a port that it has not named.
  const std::uint16_t free =
      Pick(random, [&](std::uint16_t port) { return At(port).empty(); });
  if (free != 0) return free;
  return Pick(random, [&](std::uint16_t port) {
    Endpoint at = local;
    at.port = port;
    return !Conflicts(socket, at);
  });
}

std::uint16_t Ports::PickToConnect(const Endpoint& local,
                                   const Endpoint& remote,
                                   Random& random) const {
  const std::uint16_t free =
      Pick(random, [&](std::uint16_t port) { return At(port).empty(); });
  if (free != 0 || transport_ == Transport::kUdp) return free;
  return Pick(random, [&](std::uint16_t port) {
    for (const auto& [identity, other] : At(port)) {
      if (other->has_own_port() || other->IsListening()) return false;
      if (other->local().ip == local.ip && other->remote() == remote) {
        return false;
      }
    }
    return true;
  });
}

}  // namespace sim
}  // namespace mortise
