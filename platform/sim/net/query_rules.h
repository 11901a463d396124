// The rules about look-ups that are in force. ../names.h says what they do.

#ifndef MORTISE_PLATFORM_SIM_NET_QUERY_RULES_H_
#define MORTISE_PLATFORM_SIM_NET_QUERY_RULES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/query_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {

class QueryRule;

// Thread safety: none; the lock of the simulation guards it. The functions of
// the rules that it gives out take it themselves.
class QueryRules {
 public:
  // What has been decided about a query.
  struct Decision {
    // nullptr if nothing happens to it. Lives until a rule is removed.
    const QueryFault* fault = nullptr;
    std::string rule;
    // How many queries the rule has acted on, with this one.
    std::int64_t hits = 0;
  };

  // `entrance` must outlive it.
  QueryRules(std::uint64_t seed, Entrance& entrance);
  ~QueryRules();

  Rule Add(QueryMatch which, QueryFault fault, When when, Time now);
  Decision Decide(const NameQuery& query, Time now);

 private:
  friend class QueryRule;

  void Remove(const QueryRule& rule);

  const Streams streams_;
  Entrance& entrance_;
  // In the order of making.
  std::vector<std::shared_ptr<QueryRule>> rules_;
  // How many rules there have been that say the same. Only looked up.
  absl::flat_hash_map<std::string, std::uint64_t> twins_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_QUERY_RULES_H_
