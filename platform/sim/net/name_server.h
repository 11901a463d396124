// The name server of a simulation, and the questions that hosts ask it.

#ifndef MORTISE_PLATFORM_SIM_NET_NAME_SERVER_H_
#define MORTISE_PLATFORM_SIM_NET_NAME_SERVER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/name_service.h"
#include "mortise/platform/sim/net/name_table.h"
#include "mortise/platform/sim/net/query_rules.h"
#include "mortise/platform/sim/query_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {

// `fabric` and `entrance` must outlive it. `trace` is told each query and its
// answer: "app asked db = 10.0.0.2 fd00::2". It must not call the simulation.
//
// Thread safety: the lock of the simulation guards it. The caller of its
// constructor and destructor does not hold it. Nothing blocks.
class NameServer final : public NameService {
 public:
  class Question;

  NameServer(std::uint64_t seed, Fabric& fabric, Entrance& entrance,
             std::function<void(absl::string_view)> trace);
  ~NameServer() override;
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  NameTable& table() { return table_; }
  // A host in `which` that does not exist ends the process with a message.
  Rule AddRule(QueryMatch which, QueryFault fault, When when, Time now);

  std::optional<Reply> OnQuery(HostId from, const Packet& query,
                               Time now) override;
  bool OnAnswer(HostId to, const Packet& answer) override;

 private:
  // A question is found again by its host and its port.
  using Key = std::pair<HostId, std::uint16_t>;

  // Returns a port of the host that no question has, or 0 if there is none.
  std::uint16_t FreePort(HostId host);

  Fabric& fabric_;
  Entrance& entrance_;
  const std::function<void(absl::string_view)> trace_;
  NameTable table_;
  QueryRules rules_;
  std::map<Key, Question*> questions_;
  // How many questions there have been.
  std::uint64_t asked_ = 0;
};

// One datagram that asks, until its answer comes. It lives on the stack of the
// look-up. `server`, which it tells of its end, must outlive it.
//
// Thread safety: the lock of the simulation guards it.
class NameServer::Question {
 public:
  // Asks for what `query` says, with an id of its own. Calls `wake` when the
  // answer has come.
  Question(NameServer& server, Kernel& asker, DnsMessage query,
           std::function<void()> wake);
  ~Question();
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  // Whether it could be asked. If not, the host has no interface that is up.
  bool is_sent() const { return is_sent_; }
  const std::optional<DnsMessage>& answer() const { return answer_; }

 private:
  friend class NameServer;

  NameServer& server_;
  const std::function<void()> wake_;
  Key key_;
  std::uint16_t id_ = 0;
  bool is_sent_ = false;
  std::optional<DnsMessage> answer_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_NAME_SERVER_H_
