// Which sockets of one transport have which port.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_PORTS_H_
#define MORTISE_PLATFORM_SIM_KERNEL_PORTS_H_

#include <cstdint>
#include <map>

#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/random.h"

namespace mortise {
namespace sim {

class IpSocket;

// The ports that a system gives to sockets that ask for none.
struct PortRange {
  std::uint16_t first = 32768;
  std::uint16_t last = 60999;
};

// Does not own the sockets, which take themselves out. Thread safety: none; the
// lock of the simulation guards it. Nothing blocks.
class Ports {
 public:
  // Sockets by their identity, so that the order is the same in every run.
  using Sockets = std::map<std::uint64_t, IpSocket*>;

  Ports(Transport transport, PortRange range)
      : transport_(transport), range_(range) {}

  // `socket.local()` has the port.
  void Add(IpSocket& socket);
  void Remove(IpSocket& socket);

  // The sockets at `port`, which may be none.
  const Sockets& At(std::uint16_t port) const;

  // Whether `socket` may not have the address `local`, because of the sockets
  // that overlap it.
  bool Conflicts(const IpSocket& socket, const Endpoint& local) const;

  // Returns a port at which `socket` may have the address of `local`, or 0 if
  // all are taken.
  std::uint16_t PickToBind(const IpSocket& socket, const Endpoint& local,
                           Random& random) const;
  // The same for a socket that connects to `remote`: its port may be that of
  // connections to others.
  std::uint16_t PickToConnect(const Endpoint& local, const Endpoint& remote,
                              Random& random) const;

 private:
  template <typename Fits>
  std::uint16_t Pick(Random& random, Fits fits) const;

  const Transport transport_;
  const PortRange range_;
  std::map<std::uint16_t, Sockets> ports_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_PORTS_H_
