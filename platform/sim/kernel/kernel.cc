#include "mortise/platform/sim/kernel/kernel.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/handles.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/tcp_socket.h"
#include "mortise/platform/sim/kernel/udp_socket.h"
#include "mortise/platform/sim/kernel/unix_socket.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

Kernel::Kernel(const KernelOptions& options, Outbox& outbox)
    : options_(options),
      outbox_(outbox),
      random_(options.seed),
      network_(options.interfaces),
      udp_ports_(Transport::kUdp, options.port_range),
      tcp_(*this, options.port_range),
      unix_names_(options.is_directory),
      handles_(options.most_handles, options.first_handle) {}

Kernel::~Kernel() {
  // Sockets that are closed from here on tell nobody.
  is_off_ = true;
  tcp_.Clear();
}

void Kernel::PowerOff() {
  is_off_ = true;
  handles_.CloseAll();
  tcp_.Clear();
}

void Kernel::AdvanceTo(Time now) {
  // The timers of one moment run at that moment, whenever the kernel is called.
  const Time local = clock() == nullptr ? now : clock()->LocalTime(now);
  while (timers_.next() <= local) {
    if (timers_.next() > now_) {
      now_ = timers_.next();
      true_now_ = next_timer();
    }
    timers_.RunOne(now_);
  }
  now_ = std::max(now_, local);
  true_now_ = std::max(true_now_, now);
}

int Kernel::NativeError(ErrorCode code) const {
  return code == kDone ? 0 : options_.errors->Native(code);
}

void Kernel::Transmit(Packet packet) {
  if (is_off_) return;
  const Result<Route> route = network_.Find(packet.to);
  if (!route.ok()) return;
  outbox_.Send(*this, route.value.interface_index, std::move(packet));
}

void Kernel::Deliver(const Packet& packet) {
  switch (packet.transport) {
    case Transport::kTcp:
      tcp_.Deliver(packet);
      return;
    case Transport::kUdp:
      UdpSocket::Deliver(*this, packet);
      return;
    case Transport::kIcmp:
      if (packet.icmp.transport == Transport::kTcp) {
        tcp_.DeliverReport(packet.icmp);
      } else {
        UdpSocket::DeliverReport(*this, packet.icmp);
      }
      return;
  }
}

std::shared_ptr<Socket> Kernel::MakeSocket(int family, int type, int protocol,
                                           ErrorCode* error) {
  if (family == kAfUnix) {
    if (protocol != 0) {
      *error = ErrorCode::kEprotonosupport;
      return nullptr;
    }
    if (type == kSockStream || type == kSockDgram || type == kSockSeqpacket) {
      return std::make_shared<UnixSocket>(*this, type);
    }
    *error = ErrorCode::kEsocktnosupport;
    return nullptr;
  }
  if (family != kAfInet && family != kAfInet6) {
    *error = ErrorCode::kEafnosupport;
    return nullptr;
  }
  if (type == kSockStream && (protocol == 0 || protocol == kIpprotoTcp)) {
    return std::make_shared<TcpSocket>(*this, family, kIpprotoTcp);
  }
  if (type == kSockDgram && (protocol == 0 || protocol == kIpprotoUdp)) {
    return std::make_shared<UdpSocket>(*this, family, kIpprotoUdp);
  }
  const bool is_known_type = type == kSockStream || type == kSockDgram;
  *error =
      is_known_type ? ErrorCode::kEprotonosupport : ErrorCode::kEsocktnosupport;
  return nullptr;
}

Result<std::int64_t> Kernel::NewHandle(std::shared_ptr<Socket> socket) {
  return handles_.Add(std::make_shared<OpenFile>(
      std::move(socket),
      options_.caller == nullptr ? std::string() : options_.caller()));
}

Result<std::int64_t> Kernel::NewSocket(int family, int type, int protocol) {
  ErrorCode error = kDone;
  std::shared_ptr<Socket> socket = MakeSocket(family, type, protocol, &error);
  if (socket == nullptr) return {0, error};
  return NewHandle(std::move(socket));
}

Result<std::pair<std::int64_t, std::int64_t>> Kernel::NewPair(int family,
                                                              int type,
                                                              int protocol) {
  if (family != kAfUnix) return {{}, ErrorCode::kEopnotsupp};
  ErrorCode error = kDone;
  std::shared_ptr<Socket> a = MakeSocket(family, type, protocol, &error);
  if (a == nullptr) return {{}, error};
  if (!handles_.HasRoomFor(2)) return {{}, ErrorCode::kEmfile};
  std::shared_ptr<Socket> b = MakeSocket(family, type, protocol, &error);
  UnixSocket::Pair(std::static_pointer_cast<UnixSocket>(a),
                   std::static_pointer_cast<UnixSocket>(b));
  const std::int64_t first = NewHandle(std::move(a)).value;
  const std::int64_t second = NewHandle(std::move(b)).value;
  return {{first, second}, kDone};
}

}  // namespace sim
}  // namespace mortise
