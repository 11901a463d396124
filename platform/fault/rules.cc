#include "mortise/platform/fault/rules.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/possible.h"
#include "mortise/platform/fault/site.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace fault {
namespace {

// Whether the call moves data through a socket.
bool MovesData(Call call) {
  switch (call) {
    case Call::kRecv:
    case Call::kRecvFrom:
    case Call::kSend:
    case Call::kSendTo:
    case Call::kRecvMsg:
    case Call::kSendMsg:
      return true;
    default:
      return false;
  }
}

}  // namespace

CallRule::CallRule(Rules& rules, RuleScope scope, CallMatch which,
                   const CallFault& what, const When& how_often)
    : rules(rules),
      site(scope.site),
      match(std::move(which)),
      fault(what),
      when(how_often),
      says(absl::StrCat(CallName(match.call), scope.text, ": ",
                        fault.ToString(), ", ", when.ToString())) {}

void CallRule::End() { rules.Remove(*this); }

// What a rule needs to know of the moment of the call. An empty value has not
// been asked for, because no rule about the call needed it when it began.
struct Rules::Moment {
  std::optional<absl::Duration> now;
  std::optional<bool> moves_messages;
};

// While it lives, no list that this thread can have found is destroyed.
class Rules::Reading {
 public:
  explicit Reading(std::atomic<int>& readers) : readers_(readers) {
    readers_.fetch_add(1);
  }
  ~Reading() { readers_.fetch_sub(1); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  std::atomic<int>& readers_;
};

Rules::Rules(RulesOptions options)
    : options_(std::move(options)), streams_(options_.seed) {
  Replace(std::make_unique<const List>());
}

Rules::~Rules() = default;

void Rules::Replace(std::unique_ptr<const List> list) {
  list_.store(list.get());
  count_.store(list->size(), std::memory_order_release);
  // Whoever reads from now on finds the new list.
  if (readers_.load() == 0) lists_.clear();
  lists_.push_back(std::move(list));
}

absl::Status Rules::Check(const CallMatch& which, const CallFault& fault,
                          const When& when) const {
  if (which.port < 0 || which.port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat(
        "which: port: ", which.port, " is not between 0 and 65535"));
  }
  absl::Status status = when.Check();
  if (!status.ok()) return status;
  return CheckPossible(which.call, fault, options_.errors);
}

std::shared_ptr<CallRule> Rules::Add(CallMatch which, const CallFault& fault,
                                     const When& when, RuleScope scope) {
  auto rule = std::make_shared<CallRule>(*this, std::move(scope),
                                         std::move(which), fault, when);
  rule->made = options_.now();
  rule->maker = options_.mark_process();
  for (int i = 1; i <= kCallCount; ++i) {
    const auto call = static_cast<Call>(i);
    rule->calls[static_cast<std::size_t>(i)] =
        (rule->match.call == Call::kAny || rule->match.call == call) &&
        IsPossible(call, fault, options_.errors);
  }

  const std::lock_guard<std::mutex> lock(changes_);
  const int equal_before = equal_rules_[rule->says]++;
  rule->key = when.key().has_value()
                  ? *when.key()
                  : sim::What(absl::StrCat(rule->says, equal_before)).number();
  auto list = std::make_unique<List>(*list_.load());
  list->push_back(rule);
  Replace(std::move(list));
  return rule;
}

void Rules::Remove(CallRule& rule) {
  rule.acts.store(false);
  // A forked child does not have the threads that were asking, and one of them
  // may have held the lock.
  if (!rule.maker.IsOfThisProcess()) return;
  while (rule.askers.load() != 0) std::this_thread::yield();
  const std::lock_guard<std::mutex> lock(changes_);
  auto list = std::make_unique<List>(*list_.load());
  list->erase(std::remove_if(list->begin(), list->end(),
                             [&rule](const std::shared_ptr<CallRule>& other) {
                               return other.get() == &rule;
                             }),
              list->end());
  Replace(std::move(list));
}

bool Rules::MayBeAbout(const CallRule& rule, const CallArguments& arguments,
                       const FaultSite& site) {
  return rule.calls[static_cast<std::size_t>(arguments.call)] &&
         (rule.site == 0 || rule.site == site.number()) &&
         rule.match.MayMatch(arguments);
}

// Asks before the rules are asked, since other threads may run meanwhile.
Rules::Moment Rules::Look(const CallArguments& arguments, FaultSite& site) {
  bool needs_time = false;
  bool needs_type = false;
  {
    const Reading reading(readers_);
    for (const std::shared_ptr<CallRule>& rule : *list_.load()) {
      if (!MayBeAbout(*rule, arguments, site)) continue;
      needs_time |= rule->when.has_limits();
      needs_type |= rule->fault.kind() == CallFault::Kind::kCut;
    }
  }
  Moment moment;
  if (needs_time) moment.now = options_.now();
  if (needs_type) {
    moment.moves_messages =
        MovesData(arguments.call) && site.MovesMessages(arguments.handle);
  }
  return moment;
}

bool Rules::Acts(CallRule& rule, const CallArguments& arguments,
                 const Moment& moment, bool is_decided) const {
  // What is decided already matters only to the count of a drawn rule.
  if (is_decided && !rule.when.is_drawn()) return false;
  if (rule.fault.kind() == CallFault::Kind::kCut &&
      moment.moves_messages.value_or(true)) {
    return false;
  }
  if (rule.when.has_limits() &&
      !(moment.now.has_value() &&
        rule.when.IsWithinLimits(*moment.now - rule.made))) {
    return false;
  }
  if (rule.match.only != nullptr && !rule.match.only(arguments)) return false;
  const std::int64_t matched = rule.matched.fetch_add(1) + 1;
  if (is_decided) return false;
  const std::int64_t asked = rule.asked.fetch_add(1) + 1;
  return rule.when.Acts(rule.when.is_drawn() ? matched : asked,
                        streams_.For(sim::What("call fault"), rule.key,
                                     static_cast<std::uint64_t>(matched)));
}

std::optional<Ruling> Rules::Ask(const CallArguments& arguments,
                                 FaultSite& site, bool after) {
  if (empty()) return std::nullopt;
  const Moment moment = Look(arguments, site);
  std::shared_ptr<const CallRule> decider;
  {
    const Reading reading(readers_);
    for (const std::shared_ptr<CallRule>& each : *list_.load()) {
      CallRule& rule = *each;
      if ((rule.fault.kind() == CallFault::Kind::kFailAfter) != after ||
          !MayBeAbout(rule, arguments, site)) {
        continue;
      }
      // Remove waits for askers. One that comes later sees that it is over.
      rule.askers.fetch_add(1);
      if (rule.acts.load() &&
          Acts(rule, arguments, moment, decider != nullptr)) {
        rule.acted.fetch_add(1);
        decider = each;
      }
      rule.askers.fetch_sub(1);
    }
  }
  if (decider == nullptr ||
      !site.Begin(arguments, decider->fault, decider->text())) {
    return std::nullopt;
  }
  return Ruling{decider->fault,
                FailureOf(arguments.call, decider->fault.code(),
                          site.behind().facts().errors),
                decider->match.handle};
}

}  // namespace fault
}  // namespace mortise
