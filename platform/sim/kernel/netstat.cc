#include "mortise/platform/sim/kernel/netstat.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/tcp_socket.h"

namespace mortise {
namespace sim {

std::vector<NetstatRow> NetstatOf(const Kernel& kernel) {
  std::vector<NetstatRow> rows;
  // Several handles may refer to one socket.
  std::set<std::uint64_t> shown;
  for (const std::shared_ptr<OpenFile>& file : kernel.handles().Files()) {
    const Socket& socket = file->socket();
    if (!shown.insert(socket.identity()).second) continue;
    rows.push_back({socket.Status(), file->owner()});
  }
  for (const auto& [identity, connection] : kernel.tcp().Connections()) {
    if (shown.count(identity) == 0) rows.push_back({connection->Status(), ""});
  }
  return rows;
}

}  // namespace sim
}  // namespace mortise
