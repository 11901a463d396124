// The rules of a CallFaults, which every call of its platform asks.

#ifndef MORTISE_PLATFORM_FAULT_RULES_H_
#define MORTISE_PLATFORM_FAULT_RULES_H_

#include <atomic>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/possible.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace fault {

using sim::When;

// What a rule has decided about a call.
struct Ruling {
  CallFault fault;
  // For Fail, FailAfter and WouldBlock.
  NativeFailure failure;
  // The handle that the rule names, if any.
  NativeHandle handle;
};

class Rules;

// One rule. What changes while it acts is atomic.
class CallRule final : public sim::RuleBody {
 public:
  CallRule(Rules& rules, CallMatch which, const CallFault& what,
           const When& how_often);

  void End() override;
  std::int64_t hits() const override { return acted.load(); }
  const std::string& text() const override { return says; }

  Rules& rules;
  const CallMatch match;
  const CallFault fault;
  const When when;
  const std::string says;
  std::bitset<kCallCount + 1> calls;  // those that it can act on
  std::uint64_t key = 0;              // of the streams of `when`
  absl::Duration made;                // on the platform's clock
  std::uint64_t process = 0;          // that made it
  std::atomic<bool> acts{true};
  std::atomic<int> askers{0};  // threads that are asking it
  // Calls that it is about: those that no earlier rule had decided, and all.
  std::atomic<std::int64_t> asked{0};
  std::atomic<std::int64_t> matched{0};
  std::atomic<std::int64_t> acted{0};
};

// Thread safety: any thread may use it at any time. Before and After take no
// lock, so a forked child may call its platform whatever the threads of its
// parent were doing.
class Rules {
 public:
  using OnHit = std::function<void(const CallArguments&, const CallFault&)>;

  // `platform` is the one behind.
  Rules(Platform& platform, std::uint64_t seed, OnHit on_hit);
  ~Rules();
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  // Makes a rule, which acts from now on. The arguments have been checked.
  std::shared_ptr<CallRule> Add(CallMatch which, const CallFault& fault,
                                const When& when);
  // Ends the rule. Returns when no thread asks it any more.
  void Remove(CallRule& rule);

  // Whether there are no rules. The calls that follow then return nullopt.
  bool empty() const { return count_.load(std::memory_order_acquire) == 0; }

  // Returns what the first rule decides that does not pass: of the rules that
  // act before the call is made, and of FailAfter when it has succeeded.
  std::optional<Ruling> Before(const CallArguments& arguments) {
    return Ask(arguments, /*after=*/false);
  }
  std::optional<Ruling> After(const CallArguments& arguments) {
    return Ask(arguments, /*after=*/true);
  }

 private:
  using List = std::vector<std::shared_ptr<CallRule>>;
  class Reading;
  struct Moment;

  Moment Look(const CallArguments& arguments) const;
  std::optional<Ruling> Ask(const CallArguments& arguments, bool after);
  // Whether the rule decides the call.
  bool Acts(CallRule& rule, const CallArguments& arguments,
            const Moment& moment, bool is_decided) const;
  void Replace(std::unique_ptr<const List> list);

  Platform& platform_;
  const sim::Streams streams_;
  const OnHit on_hit_;

  // Readers use the list that they find. A list that has been replaced is kept
  // until there are no readers.
  std::atomic<const List*> list_{nullptr};
  std::atomic<std::size_t> count_{0};  // of the rules in it
  std::atomic<int> readers_{0};
  // Whether there have been rules that need these. They are asked for before
  // the list is read, since the platform may run other threads meanwhile.
  std::atomic<bool> needs_time_{false};
  std::atomic<bool> needs_type_{false};

  std::mutex changes_;  // guards what follows, and changes of `list_`
  std::vector<std::unique_ptr<const List>> lists_;
  std::map<std::string, int> equal_rules_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_RULES_H_
