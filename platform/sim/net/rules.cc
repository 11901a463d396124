#include "mortise/platform/sim/net/rules.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/net/check_argument.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/net/link.h"
#include "mortise/platform/sim/net/occasions.h"
#include "mortise/platform/sim/net/packet_rules.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

// --- What rules say ----------------------------------------------------------

absl::string_view TextOf(Transport transport) {
  switch (transport) {
    case Transport::kTcp:
      return "TCP";
    case Transport::kUdp:
      return "UDP";
    case Transport::kIcmp:
      break;
  }
  return "ICMP";
}

absl::string_view TextOf(IcmpKind kind) {
  switch (kind) {
    case IcmpKind::kPortUnreachable:
      return "port unreachable";
    case IcmpKind::kHostUnreachable:
      return "host unreachable";
    case IcmpKind::kNetUnreachable:
      return "net unreachable";
    case IcmpKind::kTimeExceeded:
      break;
  }
  return "time exceeded";
}

std::string TextOf(const PacketFate& fate) {
  switch (fate.kind()) {
    case PacketFate::Kind::kPass:
      break;
    case PacketFate::Kind::kDrop:
      return "drop";
    case PacketFate::Kind::kCorrupt:
      return "corrupt";
    case PacketFate::Kind::kDelay:
      return absl::StrCat("delay by ", TimeOf(fate.delay()), "ns");
    case PacketFate::Kind::kDuplicate:
      return absl::StrCat("duplicate ", fate.copies(), " times");
    case PacketFate::Kind::kAnswer:
      return absl::StrCat("answer ", TextOf(fate.answer()));
  }
  return "pass";
}

std::string TextOf(HostId host) {
  return host == kNameServer ? "dns" : absl::StrCat(host.number());
}

std::string TextOf(const PacketMatch& match) {
  std::string text;
  if (match.from.has_value()) {
    absl::StrAppend(&text, " from host ", TextOf(*match.from));
  }
  if (match.to.has_value()) {
    absl::StrAppend(&text, " to host ", TextOf(*match.to));
  }
  if (match.protocol.has_value()) {
    absl::StrAppend(&text, " ", TextOf(*match.protocol));
  }
  if (match.port != 0) absl::StrAppend(&text, " port ", match.port);
  if (match.only != nullptr) absl::StrAppend(&text, " by function");
  return text;
}

std::string TextOf(const HostSet& hosts) {
  std::string text;
  for (const HostId host : hosts) absl::StrAppend(&text, " ", TextOf(host));
  return text;
}

// --- The kinds of rules ------------------------------------------------------

bool Matches(const PacketMatch& match, const Passage& passage) {
  const Packet& packet = passage.packet;
  if (match.from.has_value() && *match.from != passage.from) return false;
  if (match.to.has_value() && *match.to != passage.to) return false;
  if (match.protocol.has_value() && *match.protocol != packet.transport) {
    return false;
  }
  if (match.port != 0 && match.port != packet.from.port &&
      match.port != packet.to.port) {
    return false;
  }
  return match.only == nullptr || match.only(packet);
}

class MatchRule final : public PacketRule {
 public:
  MatchRule(RuleBook& book, std::string text, std::uint64_t twin, Time made_at,
            PacketMatch which, PacketFate fate, When when)
      : PacketRule(book, std::move(text)),
        occasions_(book.streams(), this->text(), twin, made_at, when),
        which_(std::move(which)),
        fate_(fate) {}

  PacketFate OnSend(const Passage& passage, bool is_decided) override {
    if (!occasions_.AreCountedAt(passage.now) || !Matches(which_, passage) ||
        !occasions_.Next(is_decided)) {
      return PacketFate::Pass();
    }
    Hit();
    return fate_;
  }

 private:
  Occasions occasions_;
  const PacketMatch which_;
  const PacketFate fate_;
};

class FunctionRule final : public PacketRule {
 public:
  FunctionRule(RuleBook& book, std::function<PacketFate(const Packet&)> decide)
      : PacketRule(book, "a function"), decide_(std::move(decide)) {}

  PacketFate OnSend(const Passage& passage, bool is_decided) override {
    if (is_decided) return PacketFate::Pass();
    const PacketFate fate = decide_(passage.packet);
    if (fate.kind() != PacketFate::Kind::kPass) Hit();
    return fate;
  }

 private:
  const std::function<PacketFate(const Packet&)> decide_;
};

bool Contains(const HostSet& sorted, HostId host) {
  return std::binary_search(sorted.begin(), sorted.end(), host);
}

class PartitionRule final : public PacketRule {
 public:
  // The sets are sorted.
  PartitionRule(RuleBook& book, HostSet one, HostSet other, Direction direction)
      : PacketRule(book, absl::StrCat("partition of", TextOf(one), " and",
                                      TextOf(other))),
        one_(std::move(one)),
        other_(std::move(other)),
        direction_(direction) {}

  PacketFate OnSend(const Passage& passage, bool is_decided) override {
    if (is_decided || !Separates(passage)) return PacketFate::Pass();
    Hit();
    return PacketFate::Drop();
  }

  Admission OnArrival(const Passage& passage) override {
    if (!Separates(passage)) return Admission::kAdmit;
    Hit();
    return Admission::kLose;
  }

 private:
  bool Separates(const Passage& passage) const {
    const bool forward =
        Contains(one_, passage.from) && Contains(other_, passage.to);
    const bool backward =
        Contains(other_, passage.from) && Contains(one_, passage.to);
    return (forward && direction_ != Direction::kBackward) ||
           (backward && direction_ != Direction::kForward);
  }

  const HostSet one_;
  const HostSet other_;
  const Direction direction_;
};

class ClogRule final : public PacketRule {
 public:
  ClogRule(RuleBook& book, HostId from, HostId to)
      : PacketRule(book, absl::StrCat("clog from host ", TextOf(from),
                                      " to host ", TextOf(to))),
        from_(from),
        to_(to) {}

  Admission OnArrival(const Passage& passage) override {
    if (passage.from != from_ || passage.to != to_) return Admission::kAdmit;
    if (!passage.was_held) Hit();
    return Admission::kHold;
  }

 private:
  const HostId from_;
  const HostId to_;
};

class SlowRule final : public PacketRule {
 public:
  SlowRule(RuleBook& book, HostId a, HostId b, const LinkOptions& link)
      : PacketRule(book, absl::StrCat("another link between host ", TextOf(a),
                                      " and host ", TextOf(b))),
        a_(a),
        b_(b),
        model_(link) {}

  PacketFate OnSend(const Passage& passage, bool) override {
    if (LinkBetween(passage.from, passage.to) != nullptr) Hit();
    return PacketFate::Pass();
  }

  const LinkModel* LinkBetween(HostId from, HostId to) const override {
    const bool is_it = (from == a_ && to == b_) || (from == b_ && to == a_);
    return is_it ? &model_ : nullptr;
  }

 private:
  const HostId a_;
  const HostId b_;
  const LinkModel model_;
};

}  // namespace

// --- All rules ---------------------------------------------------------------

void PacketRule::End() { book_.Remove(*this); }

std::int64_t PacketRule::hits() const {
  const EntranceLock inside(book_.entrance());
  return hits_;
}

PacketFate PacketRule::OnSend(const Passage&, bool) {
  return PacketFate::Pass();
}

Admission PacketRule::OnArrival(const Passage&) { return Admission::kAdmit; }

const LinkModel* PacketRule::LinkBetween(HostId, HostId) const {
  return nullptr;
}

// --- The book ----------------------------------------------------------------

RuleBook::RuleBook(std::uint64_t seed, Fabric& fabric, Entrance& entrance)
    : streams_(seed), fabric_(fabric), entrance_(entrance) {
  const EntranceLock inside(entrance_);
  fabric_.set_rules(this);
}

RuleBook::~RuleBook() {
  const EntranceLock inside(entrance_);
  fabric_.set_rules(nullptr);
  fabric_.Reconsider(inside.now());
}

Rule RuleBook::Add(std::shared_ptr<PacketRule> rule) {
  rules_.push_back(rule);
  return Rule(std::move(rule));
}

void RuleBook::Remove(const PacketRule& rule) {
  const EntranceLock inside(entrance_);
  rules_.erase(std::remove_if(rules_.begin(), rules_.end(),
                              [&rule](const std::shared_ptr<PacketRule>& one) {
                                return one.get() == &rule;
                              }),
               rules_.end());
  fabric_.Reconsider(inside.now());
}

Rule RuleBook::AddMatch(PacketMatch which, PacketFate fate, When when) {
  const absl::Status valid = when.Check();
  CheckArgument(valid.ok(),
                "Faults::OnPackets:", std::string(valid.message()).c_str());
  const EntranceLock inside(entrance_);
  if (which.from.has_value()) fabric_.NameOf(*which.from);
  if (which.to.has_value()) fabric_.NameOf(*which.to);
  std::string text =
      absl::StrCat(TextOf(fate), TextOf(which), ", ", when.ToString());
  const std::uint64_t twin = ++twins_[text];
  return Add(std::make_shared<MatchRule>(*this, std::move(text), twin,
                                         inside.now(), std::move(which), fate,
                                         when));
}

Rule RuleBook::AddFunction(std::function<PacketFate(const Packet&)> decide) {
  CheckArgument(decide != nullptr, "Faults::OnPackets: decide",
                "must be a function");
  const EntranceLock inside(entrance_);
  return Add(std::make_shared<FunctionRule>(*this, std::move(decide)));
}

Rule RuleBook::AddPartition(HostSet one, HostSet other, Direction direction) {
  const EntranceLock inside(entrance_);
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  for (const HostId host : one) {
    fabric_.NameOf(host);
    CheckArgument(!Contains(other, host), "Faults::Partition: other",
                  "must have no host in common with one");
  }
  for (const HostId host : other) fabric_.NameOf(host);
  return Add(std::make_shared<PartitionRule>(*this, std::move(one),
                                             std::move(other), direction));
}

Rule RuleBook::AddClog(HostId from, HostId to) {
  const EntranceLock inside(entrance_);
  fabric_.NameOf(from);
  fabric_.NameOf(to);
  return Add(std::make_shared<ClogRule>(*this, from, to));
}

Rule RuleBook::AddSlow(HostId a, HostId b, const LinkOptions& link) {
  const EntranceLock inside(entrance_);
  fabric_.NameOf(a);
  fabric_.NameOf(b);
  return Add(std::make_shared<SlowRule>(*this, a, b, link));
}

Verdict RuleBook::Decide(const Passage& passage) {
  Verdict verdict;
  bool is_decided = false;
  for (const std::shared_ptr<PacketRule>& rule : rules_) {
    const PacketFate fate = rule->OnSend(passage, is_decided);
    if (fate.kind() == PacketFate::Kind::kPass) continue;
    is_decided = true;
    verdict.fate = fate;
    verdict.rule = rule->text();
  }
  return verdict;
}

Admission RuleBook::Admit(const Passage& passage) {
  for (const std::shared_ptr<PacketRule>& rule : rules_) {
    const Admission admission = rule->OnArrival(passage);
    if (admission != Admission::kAdmit) return admission;
  }
  return Admission::kAdmit;
}

const LinkModel* RuleBook::LinkBetween(HostId from, HostId to) const {
  for (const std::shared_ptr<PacketRule>& rule : rules_) {
    const LinkModel* const link = rule->LinkBetween(from, to);
    if (link != nullptr) return link;
  }
  return nullptr;
}

}  // namespace sim
}  // namespace mortise
