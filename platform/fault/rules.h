// The rules about calls, which every call of a platform with faults asks.

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

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/possible.h"
#include "mortise/platform/fault/site.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/process_mark.h"
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

// At which of the sites a rule acts. By default, at all.
struct RuleScope {
  std::uint64_t site = 0;  // FaultSite::number
  // Told in the text of the rule: " on host 2".
  std::string text;
};

// One rule. What changes while it acts is atomic.
class CallRule final : public sim::RuleBody {
 public:
  CallRule(Rules& rules, RuleScope scope, CallMatch which,
           const CallFault& what, const When& how_often);

  void End() override;
  std::int64_t hits() const override { return acted.load(); }
  const std::string& text() const override { return says; }

  Rules& rules;
  const std::uint64_t site;  // 0: all
  const CallMatch match;
  const CallFault fault;
  const When when;
  const std::string says;
  std::bitset<kCallCount + 1> calls;  // those that it can act on
  std::uint64_t key = 0;              // of the streams of `when`
  absl::Duration made;                // on the clock of the rules
  ProcessMark maker;
  std::atomic<bool> acts{true};
  std::atomic<int> askers{0};  // threads that are asking it
  // Calls that it is about: those that no earlier rule had decided, and all.
  std::atomic<std::int64_t> asked{0};
  std::atomic<std::int64_t> matched{0};
  std::atomic<std::int64_t> acted{0};
};

// All of it is needed, and the functions are thread-safe.
struct RulesOptions {
  // Decides, with the rule, what When::OneIn draws.
  std::uint64_t seed = 1;
  // The numbers of the sites.
  ErrorTable errors;
  // The clock for the limits of When.
  std::function<absl::Duration()> now;
  // ReadinessCalls::MarkProcess.
  std::function<ProcessMark()> mark_process;
};

// Thread safety: any thread may use it at any time. Before and After take no
// lock, so a forked child may call its platform whatever the threads of its
// parent were doing.
class Rules {
 public:
  explicit Rules(RulesOptions options);
  ~Rules();
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  // See CallFaults::Check.
  absl::Status Check(const CallMatch& which, const CallFault& fault,
                     const When& when) const;
  // Makes a rule, which acts from now on. The arguments have been checked.
  std::shared_ptr<CallRule> Add(CallMatch which, const CallFault& fault,
                                const When& when, RuleScope scope = {});
  // Ends the rule. Returns when no thread asks it any more.
  void Remove(CallRule& rule);

  // Whether there are no rules. The calls that follow then return nullopt.
  bool empty() const { return count_.load(std::memory_order_acquire) == 0; }

  // Returns what the first rule decides that does not pass: of the rules that
  // act before the call is made, and of FailAfter when it has succeeded. The
  // call is one of `site`.
  std::optional<Ruling> Before(const CallArguments& arguments,
                               FaultSite& site) {
    return Ask(arguments, site, /*after=*/false);
  }
  std::optional<Ruling> After(const CallArguments& arguments, FaultSite& site) {
    return Ask(arguments, site, /*after=*/true);
  }

 private:
  using List = std::vector<std::shared_ptr<CallRule>>;
  class Reading;
  struct Moment;

  Moment Look(const CallArguments& arguments, FaultSite& site);
  std::optional<Ruling> Ask(const CallArguments& arguments, FaultSite& site,
                            bool after);
  // Whether the rule can be about the call, as far as its function is not
  // needed to tell.
  static bool MayBeAbout(const CallRule& rule, const CallArguments& arguments,
                         const FaultSite& site);
  // Whether the rule, which may be about the call, decides it.
  bool Acts(CallRule& rule, const CallArguments& arguments,
            const Moment& moment, bool is_decided) const;
  void Replace(std::unique_ptr<const List> list);

  const RulesOptions options_;
  const sim::Streams streams_;

  // Readers use the list that they find. A list that has been replaced is kept
  // until there are no readers.
  std::atomic<const List*> list_{nullptr};
  std::atomic<std::size_t> count_{0};  // of the rules in it
  std::atomic<int> readers_{0};

  std::mutex changes_;  // guards what follows, and changes of `list_`
  std::vector<std::unique_ptr<const List>> lists_;
  std::map<std::string, int> equal_rules_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_RULES_H_
