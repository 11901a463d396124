#include "mortise/platform/sim/net/query_rules.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/numeric_host.h"
#include "mortise/platform/sim/net/dns_message.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/occasions.h"
#include "mortise/platform/sim/query_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {
namespace {

absl::string_view TextOf(IpVersion version) {
  return version == IpVersion::kV4 ? "IPv4" : "IPv6";
}

std::string TextOf(const QueryFault& fault) {
  switch (fault.kind()) {
    case QueryFault::Kind::kFail:
      return absl::StrCat("fail with ", ErrorCodeName(fault.code()));
    case QueryFault::Kind::kSilence:
      break;
    case QueryFault::Kind::kTake:
      return absl::StrCat("take ", TimeOf(fault.time()), "ns");
    case QueryFault::Kind::kAnswer: {
      std::string text = "answer";
      for (const IpAddress& ip : fault.addresses()) {
        absl::StrAppend(&text, " ", NumericIp(ip));
      }
      return text;
    }
    case QueryFault::Kind::kOnly:
      return absl::StrCat("only ", TextOf(fault.version()));
    case QueryFault::Kind::kRotate:
      return "rotate";
    case QueryFault::Kind::kTruncate:
      return absl::StrCat("truncate to ", fault.count());
  }
  return "silence";
}

std::string TextOf(const QueryMatch& match) {
  std::string text;
  if (match.host.has_value()) {
    absl::StrAppend(&text, " of host ", match.host->number());
  }
  if (!match.name.empty()) absl::StrAppend(&text, " about ", match.name);
  if (match.version.has_value()) {
    absl::StrAppend(&text, " for ", TextOf(*match.version));
  }
  if (match.only != nullptr) absl::StrAppend(&text, " by function");
  return text;
}

bool IsAboutAddresses(const QueryFault& fault) {
  switch (fault.kind()) {
    case QueryFault::Kind::kFail:
    case QueryFault::Kind::kSilence:
    case QueryFault::Kind::kTake:
      return false;
    case QueryFault::Kind::kAnswer:
    case QueryFault::Kind::kOnly:
    case QueryFault::Kind::kRotate:
    case QueryFault::Kind::kTruncate:
      break;
  }
  return true;
}

}  // namespace

class QueryRule final : public RuleBody {
 public:
  QueryRule(QueryRules& rules, std::string text, std::uint64_t twin, Time now,
            QueryMatch which, QueryFault fault, const When& when)
      : rules_(rules),
        text_(std::move(text)),
        occasions_(rules.streams_, text_, twin, now, when),
        which_(std::move(which)),
        fault_(std::move(fault)) {}

  void End() override {
    const EntranceLock inside(rules_.entrance_);
    rules_.Remove(*this);
  }
  const std::string& text() const override { return text_; }
  std::int64_t hits() const override {
    const EntranceLock inside(rules_.entrance_);
    return hits_;
  }

  // Counts the query, and returns whether the rule acts on it.
  bool Acts(const NameQuery& query, Time now, bool is_decided) {
    if (!occasions_.AreCountedAt(now) || !Matches(query) ||
        !occasions_.Next(is_decided)) {
      return false;
    }
    ++hits_;
    return true;
  }

  QueryRules::Decision decision() const { return {&fault_, text_, hits_}; }

 private:
  bool Matches(const NameQuery& query) const {
    const bool is_reverse = !query.wants_v4 && !query.wants_v6;
    if (is_reverse &&
        (which_.version.has_value() || IsAboutAddresses(fault_))) {
      return false;
    }
    if (which_.host.has_value() && *which_.host != query.from) return false;
    if (!which_.name.empty() && ComparableName(which_.name) != query.name) {
      return false;
    }
    if (which_.version.has_value()) {
      const bool asks =
          *which_.version == IpVersion::kV4 ? query.wants_v4 : query.wants_v6;
      if (!asks) return false;
    }
    return which_.only == nullptr || which_.only(query);
  }

  QueryRules& rules_;
  const std::string text_;
  Occasions occasions_;
  const QueryMatch which_;
  const QueryFault fault_;
  std::int64_t hits_ = 0;
};

QueryRules::QueryRules(std::uint64_t seed, Entrance& entrance)
    : streams_(seed), entrance_(entrance) {}

QueryRules::~QueryRules() = default;

Rule QueryRules::Add(QueryMatch which, QueryFault fault, When when, Time now) {
  std::string text =
      absl::StrCat(TextOf(fault), TextOf(which), ", ", when.ToString());
  const std::uint64_t twin = ++twins_[text];
  rules_.push_back(std::make_shared<QueryRule>(*this, std::move(text), twin,
                                               now, std::move(which),
                                               std::move(fault), when));
  return Rule(rules_.back());
}

void QueryRules::Remove(const QueryRule& rule) {
  rules_.erase(std::remove_if(rules_.begin(), rules_.end(),
                              [&rule](const std::shared_ptr<QueryRule>& one) {
                                return one.get() == &rule;
                              }),
               rules_.end());
}

QueryRules::Decision QueryRules::Decide(const NameQuery& query, Time now) {
  Decision decision;
  for (const std::shared_ptr<QueryRule>& rule : rules_) {
    const bool is_decided = decision.fault != nullptr;
    if (rule->Acts(query, now, is_decided)) decision = rule->decision();
  }
  return decision;
}

}  // namespace sim
}  // namespace mortise
