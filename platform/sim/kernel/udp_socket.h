// A UDP socket: RFC 768.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_UDP_SOCKET_H_
#define MORTISE_PLATFORM_SIM_KERNEL_UDP_SOCKET_H_

#include <cstddef>
#include <deque>
#include <memory>

#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/ip_socket.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

// Thread safety and lifetime as of Socket.
class UdpSocket final : public IpSocket {
 public:
  UdpSocket(Kernel& kernel, int family, int protocol);

  ErrorCode Listen(int) override { return ErrorCode::kEopnotsupp; }
  Result<std::shared_ptr<Socket>> Accept(SockAddr*) override {
    return {nullptr, ErrorCode::kEopnotsupp};
  }
  ErrorCode Connect(const SockAddr& address) override;
  ErrorCode Disconnect() override;
  ErrorCode Shutdown(bool receiving, bool sending) override;
  Result<std::size_t> Send(const Outgoing& message,
                           std::size_t offset) override;
  ErrorCode Receive(Incoming* message) override;
  Result<SockAddr> PeerName() const override;
  Events Ready() override;
  SocketStatus Status() const override;
  void Release() override;

  // Takes a datagram that has arrived at `kernel`, for the socket that fits.
  static void Deliver(Kernel& kernel, const Packet& packet);
  // Takes the news that a datagram did not arrive.
  static void DeliverReport(Kernel& kernel, const IcmpReport& report);

 protected:
  Holders Transports() const override { return kUdpHolds; }

 private:
  struct Datagram {
    Packet packet;
    Time received_at = 0;
  };

  bool is_connected() const { return is_connected_; }
  // How well the socket fits a datagram, or 0 if it does not.
  int Fitness(const Packet& packet) const;
  void Input(const Packet& packet);
  void OnUnreachable(IcmpKind kind);
  bool IsOtherVersion(const Endpoint& to) const;
  Result<Endpoint> ReadDestination(const SockAddr& address) const;
  ErrorCode CheckDestination(const Endpoint& to) const;

  // A peer may have port 0, where nobody is.
  bool is_connected_ = false;
  bool receiving_has_ended_ = false;
  bool sending_has_ended_ = false;
  std::deque<Datagram> queue_;
  std::size_t queued_bytes_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_UDP_SOCKET_H_
