#include "mortise/platform/sim/kernel/ip_socket.h"

#include <cstdint>

#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/ports.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {
namespace {

constexpr Option kTimestamps[] = {
    Option::kTimestamp,   Option::kTimestampOld,   Option::kTimestampNew,
    Option::kTimestampNs, Option::kTimestampNsOld, Option::kTimestampNsNew,
};

}  // namespace

IpSocket::IpSocket(Kernel& kernel, int family, int type, int protocol,
                   Ports& ports)
    : Socket(kernel, family, type, protocol), ports_(ports) {
  local_.ip = IpAddress::Any(family == kAfInet);
  remote_.ip = local_.ip;
}

Holders IpSocket::Families() const {
  return family() == kAfInet ? kV4Holds : kV6Holds;
}

ErrorCode IpSocket::CheckOption(Option option, const OptionValues&) {
  // Whom a socket overlaps must not change once it has its port.
  return option == Option::kV6Only && has_port() ? ErrorCode::kEinval : kDone;
}

void IpSocket::OnOption(Option option) {
  // A socket has one form of timestamps at a time.
  bool is_timestamp = false;
  for (const Option form : kTimestamps) is_timestamp |= form == option;
  if (!is_timestamp || !options().Has(option)) return;
  for (const Option form : kTimestamps) {
    if (form != option) mutable_options().Set(form, 0);
  }
}

ErrorCode IpSocket::Bind(const SockAddr& address) {
  const Result<Endpoint> read = ReadEndpoint(address, family());
  if (!read.ok()) return read.error;
  Endpoint wanted = read.value;
  if (has_port() || has_own_address_) return ErrorCode::kEinval;
  if (is_v6_only() && wanted.ip.is_v4()) return ErrorCode::kEinval;
  if (const ErrorCode error = kernel().network().CheckLocal(wanted);
      error != kDone) {
    return error;
  }
  if (wanted.port != 0 && wanted.port < kernel().first_free_port()) {
    return ErrorCode::kEacces;
  }
  const bool names_port = wanted.port != 0;
  if (!names_port && options().Has(Option::kDeferPort)) {
    local_ = wanted;
    has_own_address_ = true;
    return kDone;
  }
  if (names_port) {
    if (ports_.Conflicts(*this, wanted)) return ErrorCode::kEaddrinuse;
  } else {
    wanted.port = ports_.PickToBind(*this, wanted, kernel().random());
    if (wanted.port == 0) return ErrorCode::kEaddrinuse;
  }
  local_ = wanted;
  has_own_address_ = !wanted.ip.is_any();
  has_own_port_ = names_port;
  ports_.Add(*this);
  return kDone;
}

SocketStatus IpSocket::StatusOf(const char* protocol_v4,
                                const char* protocol_v6) const {
  SocketStatus status;
  status.protocol = family() == kAfInet ? protocol_v4 : protocol_v6;
  status.local = LocalName();
  if (remote_.port != 0) status.remote = WriteEndpoint(remote_, family());
  return status;
}

SockAddr IpSocket::LocalName() const { return WriteEndpoint(local_, family()); }

Result<Endpoint> IpSocket::ReadRemote(const SockAddr& address) const {
  Result<Endpoint> read = ReadEndpoint(address, family());
  if (!read.ok()) return read;
  IpAddress& ip = read.value.ip;
  const bool is_bound_to_v4 = !local_.ip.is_any() && local_.ip.is_v4();
  if (ip.is_any()) ip = IpAddress::Loopback(ip.is_v4() || is_bound_to_v4);
  if (ip.is_v4() && is_v6_only()) read.error = ErrorCode::kEnetunreach;
  if (ip.is_link_local() && read.value.scope_id == 0) {
    read.error = ErrorCode::kEinval;
  }
  return read;
}

ErrorCode IpSocket::EnsurePort() {
  if (has_port()) return kDone;
  Endpoint wanted = local_;
  wanted.port = ports_.PickToBind(*this, wanted, kernel().random());
  if (wanted.port == 0) return ErrorCode::kEagain;
  local_ = wanted;
  ports_.Add(*this);
  return kDone;
}

ErrorCode IpSocket::ChooseAddress(const Endpoint& to) {
  const Result<Route> route = kernel().network().Find(to);
  if (!route.ok()) return route.error;
  if (local_.ip.is_any()) {
    local_.ip = route.value.source;
    if (to.ip.is_link_local()) local_.scope_id = to.scope_id;
  }
  return kDone;
}

ErrorCode IpSocket::EnterPort(const Endpoint& local, const Endpoint& remote) {
  Endpoint wanted = local;
  if (wanted.port == 0) {
    wanted.port = ports_.PickToConnect(wanted, remote, kernel().random());
    if (wanted.port == 0) return ErrorCode::kEaddrnotavail;
  }
  LeavePort();
  local_ = wanted;
  remote_ = remote;
  ports_.Add(*this);
  return kDone;
}

void IpSocket::LeavePort() {
  if (has_port()) ports_.Remove(*this);
}

void IpSocket::ForgetPeer() {
  remote_ = Endpoint();
  remote_.ip = IpAddress::Any(family() == kAfInet);
  if (!has_own_port_) {
    LeavePort();
    local_.port = 0;
  }
  ForgetAddress();
}

void IpSocket::ForgetAddress() {
  if (has_own_address_) return;
  local_.ip = IpAddress::Any(family() == kAfInet);
  local_.scope_id = 0;
}

Packet IpSocket::NewPacket(Transport transport, const Endpoint& from,
                           const Endpoint& to) const {
  Packet packet;
  packet.transport = transport;
  packet.from = from;
  packet.to = to;
  const bool is_v4_packet = to.ip.is_v4();
  packet.hop_limit = options()[is_v4_packet ? Option::kTtl : Option::kHopLimit];
  if (packet.hop_limit < 0) packet.hop_limit = 64;
  packet.traffic_class =
      options()[is_v4_packet ? Option::kTos : Option::kTrafficClass];
  if (packet.traffic_class < 0) packet.traffic_class = 0;
  return packet;
}

}  // namespace sim
}  // namespace mortise
