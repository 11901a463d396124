// The rules about packets that are in force. ../faults.h says what they do.

#ifndef MORTISE_PLATFORM_SIM_NET_RULES_H_
#define MORTISE_PLATFORM_SIM_NET_RULES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/link.h"
#include "mortise/platform/sim/net/packet_rules.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {

class Fabric;
class RuleBook;

// One rule. The book takes the lock of the simulation before it calls a rule,
// except for the functions of RuleBody, which take it themselves.
class PacketRule : public RuleBody {
 public:
  PacketRule(RuleBook& book, std::string text)
      : book_(book), text_(std::move(text)) {}

  void End() final;
  std::int64_t hits() const final;

  const std::string& text() const final { return text_; }

  // What becomes of a packet. If `is_decided`, an earlier rule has decided
  // about it: the rule may count the packet, and returns PacketFate::Pass().
  virtual PacketFate OnSend(const Passage& passage, bool is_decided);
  virtual Admission OnArrival(const Passage& passage);
  virtual const LinkModel* LinkBetween(HostId from, HostId to) const;

 protected:
  void Hit() { ++hits_; }

 private:
  RuleBook& book_;
  const std::string text_;
  std::int64_t hits_ = 0;
};

// Thread-safe, except for the functions of PacketRules. `fabric` and `entrance`
// must outlive it.
class RuleBook final : public PacketRules {
 public:
  RuleBook(std::uint64_t seed, Fabric& fabric, Entrance& entrance);
  ~RuleBook() override;

  Rule AddMatch(PacketMatch which, PacketFate fate, When when);
  Rule AddFunction(std::function<PacketFate(const Packet&)> decide);
  Rule AddPartition(HostSet one, HostSet other, Direction direction);
  Rule AddClog(HostId from, HostId to);
  Rule AddSlow(HostId a, HostId b, const LinkOptions& link);

  Entrance& entrance() const { return entrance_; }
  const Streams& streams() const { return streams_; }
  // Removes the rule, and looks again at the packets that were held back.
  void Remove(const PacketRule& rule);

  Verdict Decide(const Passage& passage) override;
  Admission Admit(const Passage& passage) override;
  const LinkModel* LinkBetween(HostId from, HostId to) const override;

 private:
  Rule Add(std::shared_ptr<PacketRule> rule);

  const Streams streams_;
  Fabric& fabric_;
  Entrance& entrance_;
  // In the order of making.
  std::vector<std::shared_ptr<PacketRule>> rules_;
  // How many rules there have been that say the same. Only looked up.
  absl::flat_hash_map<std::string, std::uint64_t> twins_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_RULES_H_
