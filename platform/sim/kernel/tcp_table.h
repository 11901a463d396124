// The TCP sockets of a kernel, as packets find them.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_TCP_TABLE_H_
#define MORTISE_PLATFORM_SIM_KERNEL_TCP_TABLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/ports.h"

namespace mortise {
namespace sim {

class Kernel;
class TcpSocket;

// Owns a share of every connection, so that one lives on after its file has
// been closed. Thread safety: none; the lock of the simulation guards it.
// Nothing blocks.
class TcpTable {
 public:
  TcpTable(Kernel& kernel, PortRange range)
      : kernel_(kernel), ports_(Transport::kTcp, range) {}
  TcpTable(const TcpTable&) = delete;
  TcpTable& operator=(const TcpTable&) = delete;

  Ports& ports() { return ports_; }

  // Takes a segment that has arrived.
  void Deliver(const Packet& packet);
  // Takes the news that a packet did not arrive.
  void DeliverReport(const IcmpReport& report);

  bool HasConnection(const Endpoint& local, const Endpoint& remote) const;
  void AddConnection(std::shared_ptr<TcpSocket> socket);
  // Gives up the share. The socket may be destroyed.
  void RemoveConnection(TcpSocket& socket);
  // All connections by Socket::identity, so that their order is the same in
  // every run.
  std::map<std::uint64_t, std::shared_ptr<const TcpSocket>> Connections() const;
  // Ends all connections without a word.
  void Clear();

  // Answers `packet`, which nobody has expected, with a reset.
  void Refuse(const Packet& packet);

 private:
  using Pair = std::pair<Endpoint, Endpoint>;

  TcpSocket* FindListener(const Packet& packet) const;

  Kernel& kernel_;
  Ports ports_;
  // Its order is not the same in every run, so nothing may depend on it.
  absl::flat_hash_map<Pair, std::shared_ptr<TcpSocket>> connections_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_TCP_TABLE_H_
