#include "mortise/platform/sim/names.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/name_server.h"
#include "mortise/platform/sim/query_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {
namespace {

void CheckName(absl::string_view name, const char* argument) {
  CheckArgument(IsDomainName(name), argument,
                "must have 1 to 253 bytes, in labels of 1 to 63 bytes with "
                "periods between them");
}

}  // namespace

Names::Names(std::uint64_t seed, Fabric& fabric, Entrance& entrance,
             std::function<void(absl::string_view)> trace)
    : server_(std::make_unique<NameServer>(seed, fabric, entrance,
                                           std::move(trace))),
      entrance_(entrance) {}

Names::~Names() = default;

void Names::Set(absl::string_view name,
                const std::vector<std::string>& addresses) {
  CheckName(name, "Names::Set: name");
  std::vector<IpAddress> read =
      ReadAddresses("Names::Set: addresses", addresses);
  const EntranceLock inside(entrance_);
  server_->table().Set(name, std::move(read));
}

void Names::Alias(absl::string_view name, absl::string_view canonical) {
  CheckName(name, "Names::Alias: name");
  CheckName(canonical, "Names::Alias: canonical");
  const EntranceLock inside(entrance_);
  server_->table().SetAlias(name, canonical);
}

void Names::Remove(absl::string_view name) {
  CheckName(name, "Names::Remove: name");
  const EntranceLock inside(entrance_);
  server_->table().Remove(name);
}

Rule Names::OnQueries(QueryMatch which, QueryFault fault, When when) {
  const absl::Status valid = when.Check();
  CheckArgument(valid.ok(),
                "Names::OnQueries:", std::string(valid.message()).c_str());
  if (!which.name.empty())
    CheckName(which.name, "Names::OnQueries: which.name");
  const EntranceLock inside(entrance_);
  return server_->AddRule(std::move(which), std::move(fault), when,
                          inside.now());
}

}  // namespace sim
}  // namespace mortise
