#include "mortise/platform/sim/kernel/udp_socket.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {
namespace {

// The length of a packet has 16 bits; of IPv4, it counts the IP header as well.
constexpr std::size_t kMostInHeader = 65535;
constexpr std::size_t kMostOverIpv4 = kMostInHeader - 20 - 8;
constexpr std::size_t kMostOverIpv6 = kMostInHeader - 8;
// What a datagram costs in the queue beyond its bytes. This is what Linux
// counts for a small one.
constexpr std::size_t kOverhead = 768;
// Of AF_INET sockets on Linux: net.core.rmem_default.
constexpr int kBuffer = 212992;

}  // namespace

UdpSocket::UdpSocket(Kernel& kernel, int family, int protocol)
    : IpSocket(kernel, family, kSockDgram, protocol, kernel.udp_ports()) {
  mutable_options().Set(Option::kReceiveBuffer, kBuffer);
  mutable_options().Set(Option::kSendBuffer, kBuffer);
}

ErrorCode UdpSocket::CheckDestination(const Endpoint& to) const {
  if (to.ip.is_broadcast() && !options().Has(Option::kBroadcast)) {
    return ErrorCode::kEacces;
  }
  return kDone;
}

ErrorCode UdpSocket::Connect(const SockAddr& address) {
  // An attempt that fails leaves the socket with a port, too.
  if (const ErrorCode error = EnsurePort(); error != kDone) return error;
  const Result<Endpoint> to = ReadDestination(address);
  if (!to.ok()) return to.error;
  if (const ErrorCode error = CheckDestination(to.value); error != kDone) {
    return error;
  }
  if (IsOtherVersion(to.value)) {
    // Only an address of IPv4 in the form of IPv6 is out of reach.
    const bool is_mapped = to.value.ip.is_v4() && address.family == kAfInet6;
    return is_mapped ? ErrorCode::kEnetunreach : ErrorCode::kEafnosupport;
  }
  // The old peer must not decide from which address the new one is reached.
  if (is_connected()) {
    const Endpoint none;
    set_remote(none);
    is_connected_ = false;
    ForgetAddress();
  }
  if (const ErrorCode error = ChooseAddress(to.value); error != kDone) {
    return error;
  }
  set_remote(to.value);
  is_connected_ = true;
  Notify(kWritable);
  return kDone;
}

ErrorCode UdpSocket::Disconnect() {
  ForgetPeer();
  is_connected_ = false;
  TakeError();
  return kDone;
}

ErrorCode UdpSocket::Shutdown(bool receiving, bool sending) {
  receiving_has_ended_ |= receiving;
  sending_has_ended_ |= sending;
  Notify(kAnything);
  // Linux reports an error without a peer, and shuts down all the same.
  return is_connected() ? kDone : ErrorCode::kEnotconn;
}

// Linux does not send from an address of IPv6 to one of IPv4, or back.
bool UdpSocket::IsOtherVersion(const Endpoint& to) const {
  return !local().ip.is_any() && local().ip.is_v4() != to.ip.is_v4();
}

// Datagram sockets of IPv6 take addresses of IPv4, too.
Result<Endpoint> UdpSocket::ReadDestination(const SockAddr& address) const {
  if (family() == kAfInet6 && address.family == kAfInet && address.size == 4) {
    Endpoint to;
    to.ip = IpAddress::V4(address.bytes);
    if (to.ip.is_any()) to.ip = IpAddress::Loopback(true);
    to.port = address.port;
    return ReadRemote(WriteEndpoint(to, kAfInet6));
  }
  return ReadRemote(address);
}

Result<std::size_t> UdpSocket::Send(const Outgoing& message, std::size_t) {
  // A send that fails leaves the socket with a port, too.
  if (const ErrorCode error = EnsurePort(); error != kDone) return {0, error};
  if (family() == kAfInet && message.size > kMostInHeader) {
    return {0, ErrorCode::kEmsgsize};
  }
  if (message.out_of_band) return {0, ErrorCode::kEopnotsupp};
  Endpoint to = remote();
  if (message.to != nullptr) {
    const Result<Endpoint> named = ReadDestination(*message.to);
    // Unlike connect, a send over IPv6 has one error for all other families.
    if (named.error == ErrorCode::kEafnosupport && family() == kAfInet6) {
      return {0, ErrorCode::kEinval};
    }
    if (!named.ok()) return {0, named.error};
    to = named.value;
    if (IsOtherVersion(to) && to.ip.is_v4()) {
      return {0, ErrorCode::kEnetunreach};
    }
    if (to.port == 0) return {0, ErrorCode::kEinval};
  } else if (!is_connected()) {
    return {0, ErrorCode::kEdestaddrreq};
  }
  if (IsOtherVersion(to)) return {0, ErrorCode::kEafnosupport};
  if (message.size > (to.ip.is_v4() ? kMostOverIpv4 : kMostOverIpv6)) {
    return {0, ErrorCode::kEmsgsize};
  }
  if (has_error()) return {0, TakeError()};
  if (sending_has_ended_) return {0, ErrorCode::kEpipe};
  if (const ErrorCode error = CheckDestination(to); error != kDone) {
    return {0, error};
  }
  const Result<Route> route = kernel().network().Find(to);
  if (!route.ok()) return {0, route.error};
  Endpoint from = local();
  if (from.ip.is_any()) from.ip = route.value.source;
  const Ancillary* const extra = message.ancillary;
  if (extra != nullptr && extra->local_address.has_value() &&
      !extra->local_address->is_any()) {
    from.ip = *extra->local_address;
    if (!kernel().network().IsLocal(from.ip)) {
      return {0, ErrorCode::kEinval};
    }
  }
  Packet packet = NewPacket(Transport::kUdp, from, to);
  if (extra != nullptr) {
    packet.hop_limit = extra->hop_limit.value_or(packet.hop_limit);
    packet.traffic_class = extra->traffic_class.value_or(packet.traffic_class);
  }
  packet.data = message.Bytes();
  kernel().Transmit(std::move(packet));
  return {message.size, kDone};
}

ErrorCode UdpSocket::Receive(Incoming* message) {
  if (message->out_of_band) return ErrorCode::kEopnotsupp;
  if (has_error()) return TakeError();
  if (queue_.empty()) {
    // A call that does not wait is not told that receiving has ended.
    return receiving_has_ended_ && message->may_wait ? kDone
                                                     : ErrorCode::kEagain;
  }
  const Datagram& datagram = queue_.front();
  const Packet& packet = datagram.packet;
  const std::size_t fitted = message->Fill(packet.data);
  message->whole_size = packet.data.size();
  message->is_truncated = fitted < packet.data.size();
  message->from = WriteEndpoint(packet.from, family());
  message->ancillary.local_address = packet.to.ip;
  message->ancillary.interface_index =
      kernel().network().InterfaceOf(packet.to.ip);
  message->ancillary.hop_limit = packet.hop_limit;
  message->ancillary.traffic_class = packet.traffic_class;
  message->ancillary.received_at = datagram.received_at;
  if (!message->peek) {
    queued_bytes_ -= packet.data.size() + kOverhead;
    queue_.pop_front();
  }
  return kDone;
}

Result<SockAddr> UdpSocket::PeerName() const {
  if (remote().port == 0) return {SockAddr(), ErrorCode::kEnotconn};
  return {WriteEndpoint(remote(), family()), kDone};
}

Events UdpSocket::Ready() {
  Events ready = sending_has_ended_ && receiving_has_ended_ ? kHungUp : 0;
  ready |= kWritable;
  if (!queue_.empty()) ready |= kReadable;
  if (receiving_has_ended_) ready |= kReadable | kEnded;
  if (has_error()) ready |= kFailed;
  return ready;
}

SocketStatus UdpSocket::Status() const {
  SocketStatus status = StatusOf("udp", "udp6");
  for (const Datagram& datagram : queue_) {
    status.receive_queue += datagram.packet.data.size();
  }
  return status;
}

void UdpSocket::Release() {
  queue_.clear();
  LeavePort();
  ForgetPeer();
}

int UdpSocket::Fitness(const Packet& packet) const {
  const IpAddress& ip = local().ip;
  int fitness = 1;
  if (ip == packet.to.ip) {
    fitness += 4;
  } else if (!ip.is_any()) {
    return 0;
  } else if (ip.is_v4() == packet.to.ip.is_v4()) {
    fitness += 1;
  } else if (ip.is_v4() || is_v6_only()) {
    return 0;
  }
  if (is_connected()) {
    const bool is_any_port = remote().port == 0;
    if (is_any_port ? remote().ip != packet.from.ip : remote() != packet.from) {
      return 0;
    }
    fitness += 8;
  }
  return fitness;
}

void UdpSocket::Deliver(Kernel& kernel, const Packet& packet) {
  UdpSocket* best = nullptr;
  int best_fitness = 0;
  std::uint32_t sharers = 0;
  std::uint32_t sum = packet.from.port;
  for (int i = 0; i < 16; ++i) sum = sum * 31 + packet.from.ip.bytes()[i];
  for (const auto& [identity, socket] : kernel.udp_ports().At(packet.to.port)) {
    auto* const candidate = static_cast<UdpSocket*>(socket);
    const int fitness = candidate->Fitness(packet);
    if (fitness == 0 || fitness < best_fitness) continue;
    if (fitness > best_fitness) sharers = 0;
    best_fitness = fitness;
    // Of sockets that share with SO_REUSEPORT, each gets the datagrams of some
    // peers. Of others the last one gets all. Source: socket(7).
    ++sharers;
    if (!candidate->options().Has(Option::kReusePort) || best == nullptr ||
        sharers == 1 || sum % sharers == 0) {
      best = candidate;
    }
  }
  if (best != nullptr) {
    best->Input(packet);
    return;
  }
  if (packet.to.ip.is_multicast() || packet.to.ip.is_broadcast()) return;
  kernel.Transmit(ReportOn(packet, IcmpKind::kPortUnreachable, packet.to.ip));
}

void UdpSocket::Input(const Packet& packet) {
  const std::size_t cost = packet.data.size() + kOverhead;
  const auto capacity =
      static_cast<std::size_t>(options()[Option::kReceiveBuffer]);
  // A datagram for which there is no room is lost.
  if (queued_bytes_ + cost > capacity) return;
  queued_bytes_ += cost;
  queue_.push_back({packet, kernel().wall_time()});
  Notify(kReadable);
}

void UdpSocket::DeliverReport(Kernel& kernel, const IcmpReport& report) {
  for (const auto& [identity, socket] :
       kernel.udp_ports().At(report.from.port)) {
    auto* const sender = static_cast<UdpSocket*>(socket);
    if (sender->remote() != report.to) continue;
    if (!sender->local().ip.is_any() && sender->local().ip != report.from.ip) {
      continue;
    }
    sender->OnUnreachable(report.kind);
    return;
  }
}

void UdpSocket::OnUnreachable(IcmpKind kind) {
  // Linux takes everything else as a state of the network that may pass, and
  // tells only sockets with IP_RECVERR of it, which there is not here. Source:
  // udp(7), and RFC 1122, section 3.2.2.1.
  if (kind != IcmpKind::kPortUnreachable) return;
  SetError(ErrorCode::kEconnrefused);
  Notify(kAnything);
}

}  // namespace sim
}  // namespace mortise
