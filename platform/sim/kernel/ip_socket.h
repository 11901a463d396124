// What TCP and UDP sockets have in common: addresses and ports.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_IP_SOCKET_H_
#define MORTISE_PLATFORM_SIM_KERNEL_IP_SOCKET_H_

#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/ports.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

// Thread safety and lifetime as of Socket.
class IpSocket : public Socket {
 public:
  IpSocket(Kernel& kernel, int family, int type, int protocol, Ports& ports);
  ~IpSocket() override { LeavePort(); }

  const Endpoint& local() const { return local_; }
  const Endpoint& remote() const { return remote_; }
  bool is_v4() const { return Families() == kV4Holds; }
  bool is_v6_only() const { return options().Has(Option::kV6Only); }
  // Whether the program has named the port.
  bool has_own_port() const { return has_own_port_; }
  virtual bool IsListening() const { return false; }

  ErrorCode Bind(const SockAddr& address) override;
  SockAddr LocalName() const override;

 protected:
  Holders Families() const override;
  ErrorCode CheckOption(Option option, const OptionValues& changed) override;
  void OnOption(Option option) override;

  bool has_port() const { return local_.port != 0; }

  // A status with the addresses.
  SocketStatus StatusOf(const char* protocol_v4, const char* protocol_v6) const;

  // Reads an address to send or connect to. The address of zeros is the
  // loopback address.
  Result<Endpoint> ReadRemote(const SockAddr& address) const;
  // Gives the socket a port for all peers if it has none.
  ErrorCode EnsurePort();
  // Gives the socket the address from which it reaches `to`, if it has none.
  // Returns kEnetunreach if there is no way.
  ErrorCode ChooseAddress(const Endpoint& to);
  // Gives the socket the addresses of a connection: a port if it has none, and
  // its place among those that have the port.
  ErrorCode EnterPort(const Endpoint& local, const Endpoint& remote);
  void LeavePort();
  // Gives up the address that the program has not named.
  void ForgetAddress();
  // Gives up what the program has not named, and the peer.
  void ForgetPeer();

  void set_remote(const Endpoint& remote) { remote_ = remote; }
  Ports& ports() const { return ports_; }

  // A packet from `from` to `to` with the options of this socket.
  Packet NewPacket(Transport transport, const Endpoint& from,
                   const Endpoint& to) const;

 private:
  Ports& ports_;
  Endpoint local_;
  Endpoint remote_;
  bool has_own_address_ = false;
  bool has_own_port_ = false;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_IP_SOCKET_H_
