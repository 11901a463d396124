#include "mortise/platform/sim/kernel/tcp_table.h"

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/tcp_socket.h"

namespace mortise {
namespace sim {
namespace {

// How well a listener fits a connection: the more exactly it names the
// address, the better. 0 if it does not fit.
int Fitness(const IpSocket& listener, const IpAddress& to) {
  const IpAddress& ip = listener.local().ip;
  if (ip == to) return 3;
  if (!ip.is_any()) return 0;
  if (ip.is_v4() == to.is_v4()) return 2;
  return !ip.is_v4() && !listener.is_v6_only() ? 1 : 0;
}

}  // namespace

bool TcpTable::HasConnection(const Endpoint& local,
                             const Endpoint& remote) const {
  return connections_.contains({local, remote});
}

void TcpTable::AddConnection(std::shared_ptr<TcpSocket> socket) {
  const Pair pair(socket->local(), socket->remote());
  connections_[pair] = std::move(socket);
}

void TcpTable::RemoveConnection(TcpSocket& socket) {
  const auto found = connections_.find({socket.local(), socket.remote()});
  if (found == connections_.end() || found->second.get() != &socket) return;
  const std::shared_ptr<TcpSocket> last = std::move(found->second);
  connections_.erase(found);
}

std::map<std::uint64_t, std::shared_ptr<const TcpSocket>>
TcpTable::Connections() const {
  std::map<std::uint64_t, std::shared_ptr<const TcpSocket>> connections;
  for (const auto& [addresses, connection] : connections_) {
    connections.emplace(connection->identity(), connection);
  }
  return connections;
}

void TcpTable::Clear() {
  // Sockets take themselves out of other tables when they are destroyed.
  const absl::flat_hash_map<Pair, std::shared_ptr<TcpSocket>> all =
      std::move(connections_);
  connections_.clear();
}

TcpSocket* TcpTable::FindListener(const Packet& packet) const {
  std::vector<TcpSocket*> best;
  int best_fitness = 0;
  for (const auto& [identity, socket] : ports_.At(packet.to.port)) {
    if (!socket->IsListening()) continue;
    const int fitness = Fitness(*socket, packet.to.ip);
    if (fitness == 0 || fitness < best_fitness) continue;
    if (fitness > best_fitness) best.clear();
    best_fitness = fitness;
    best.push_back(static_cast<TcpSocket*>(socket));
  }
  if (best.empty()) return nullptr;
  // Listeners that share a port take turns by the peer's address, so that a
  // SYN that is sent again comes to the same one.
  std::uint32_t sum = packet.from.port;
  for (int i = 0; i < 16; ++i) sum = sum * 31 + packet.from.ip.bytes()[i];
  return best[sum % best.size()];
}

void TcpTable::Deliver(const Packet& packet) {
  const auto found = connections_.find({packet.to, packet.from});
  if (found != connections_.end()) {
    const std::shared_ptr<TcpSocket> socket = found->second;
    if (!socket->GivesWayTo(packet)) {
      socket->Input(packet);
      return;
    }
    if (FindListener(packet) != nullptr) socket->StopLingering();
  }
  TcpSocket* const listener = FindListener(packet);
  if (listener != nullptr) {
    listener->Input(packet);
  } else if (!packet.tcp.rst) {
    Refuse(packet);
  }
}

// Source: RFC 9293, section 3.10.7.1.
void TcpTable::Refuse(const Packet& packet) {
  Packet answer;
  answer.transport = Transport::kTcp;
  answer.from = packet.to;
  answer.to = packet.from;
  answer.tcp.rst = true;
  if (packet.tcp.ack) {
    answer.tcp.seq = packet.tcp.ack_number;
  } else {
    answer.tcp.ack = true;
    answer.tcp.ack_number = packet.tcp.seq +
                            static_cast<std::uint32_t>(packet.data.size()) +
                            (packet.tcp.syn ? 1 : 0) + (packet.tcp.fin ? 1 : 0);
  }
  kernel_.Transmit(std::move(answer));
}

void TcpTable::DeliverReport(const IcmpReport& report) {
  const auto found = connections_.find({report.from, report.to});
  if (found == connections_.end()) return;
  const std::shared_ptr<TcpSocket> socket = found->second;
  socket->OnUnreachable(report.kind);
}

}  // namespace sim
}  // namespace mortise
