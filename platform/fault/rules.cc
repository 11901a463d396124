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

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/possible.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/when.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {

CallRule::CallRule(Rules& rules, CallMatch which, const CallFault& what,
                   const When& how_often)
    : rules(rules),
      match(std::move(which)),
      fault(what),
      when(how_often),
      says(absl::StrCat(CallName(match.call), ": ", fault.ToString(), ", ",
                        when.ToString())) {}

void CallRule::End() { rules.Remove(*this); }

// What a rule needs to know of the moment of the call. An empty value has not
// been asked for, because no rule needed it when the call began.
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

Rules::Rules(Platform& platform, std::uint64_t seed, OnHit on_hit)
    : platform_(platform), streams_(seed), on_hit_(std::move(on_hit)) {
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

std::shared_ptr<CallRule> Rules::Add(CallMatch which, const CallFault& fault,
                                     const When& when) {
  auto rule = std::make_shared<CallRule>(*this, std::move(which), fault, when);
  rule->made = platform_.clock().Now();
  rule->process = platform_.readiness().ProcessNumber();
  for (int i = 1; i <= kCallCount; ++i) {
    const auto call = static_cast<Call>(i);
    rule->calls[static_cast<std::size_t>(i)] =
        (rule->match.call == Call::kAny || rule->match.call == call) &&
        IsPossible(call, fault, platform_.facts().errors);
  }
  if (when.has_limits()) needs_time_.store(true);
  if (fault.kind() == CallFault::Kind::kCut) needs_type_.store(true);

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
  if (platform_.readiness().ProcessNumber() != rule.process) return;
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

Rules::Moment Rules::Look(const CallArguments& arguments) const {
  Moment moment;
  if (needs_time_.load()) moment.now = platform_.clock().Now();
  if (needs_type_.load()) {
    switch (arguments.call) {
      case Call::kRecv:
      case Call::kRecvFrom:
      case Call::kSend:
      case Call::kSendTo:
      case Call::kRecvMsg:
      case Call::kSendMsg: {
        const SysResult<SocketDescription> described =
            platform_.sockets().Describe(arguments.handle);
        moment.moves_messages =
            !described.ok() || described.value.type != kSockStream;
        break;
      }
      default:
        moment.moves_messages = false;
    }
  }
  return moment;
}

bool Rules::Acts(CallRule& rule, const CallArguments& arguments,
                 const Moment& moment, bool is_decided) const {
  // What is decided already matters only to the count of a drawn rule.
  if (is_decided && !rule.when.is_drawn()) return false;
  if (!rule.calls[static_cast<std::size_t>(arguments.call)]) return false;
  if (rule.fault.kind() == CallFault::Kind::kCut &&
      moment.moves_messages.value_or(true)) {
    return false;
  }
  if (rule.when.has_limits() &&
      !(moment.now.has_value() &&
        rule.when.IsWithinLimits(*moment.now - rule.made))) {
    return false;
  }
  if (!rule.match.Matches(arguments)) return false;
  const std::int64_t matched = rule.matched.fetch_add(1) + 1;
  if (is_decided) return false;
  const std::int64_t asked = rule.asked.fetch_add(1) + 1;
  return rule.when.Acts(rule.when.is_drawn() ? matched : asked,
                        streams_.For(sim::What("call fault"), rule.key,
                                     static_cast<std::uint64_t>(matched)));
}

std::optional<Ruling> Rules::Ask(const CallArguments& arguments, bool after) {
  if (empty()) return std::nullopt;
  const Moment moment = Look(arguments);
  std::optional<Ruling> ruling;
  {
    const Reading reading(readers_);
    for (const std::shared_ptr<CallRule>& each : *list_.load()) {
      CallRule& rule = *each;
      if ((rule.fault.kind() == CallFault::Kind::kFailAfter) != after) continue;
      // Remove waits for askers. One that comes later sees that it is over.
      rule.askers.fetch_add(1);
      if (rule.acts.load() &&
          Acts(rule, arguments, moment, ruling.has_value())) {
        rule.acted.fetch_add(1);
        ruling = Ruling{rule.fault,
                        FailureOf(arguments.call, rule.fault.code(),
                                  platform_.facts().errors),
                        rule.match.handle};
      }
      rule.askers.fetch_sub(1);
    }
  }
  if (ruling.has_value() && on_hit_ != nullptr) {
    on_hit_(arguments, ruling->fault);
  }
  return ruling;
}

}  // namespace fault
}  // namespace mortise
