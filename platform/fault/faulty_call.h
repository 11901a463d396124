// One call of a platform, with what the rules have decided about it.
//
//   SysResult<void> Listen(NativeHandle handle, int backlog) override {
//     return faults_.Make({Call::kListen, handle},
//                         [&] { return next().Listen(handle, backlog); });
//   }

#ifndef MORTISE_PLATFORM_FAULT_FAULTY_CALL_H_
#define MORTISE_PLATFORM_FAULT_FAULTY_CALL_H_

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <type_traits>

#include "absl/time/time.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/fault/call_fault.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/possible.h"
#include "mortise/platform/fault/rules.h"
#include "mortise/platform/fault/site.h"
#include "mortise/platform/lookup_result.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {

// What the rules change about a call that is made all the same.
struct Allowance {
  // The most that the call may move.
  std::size_t most = std::numeric_limits<std::size_t>::max();
  // The time that has passed before the call is made.
  absl::Duration taken = absl::ZeroDuration();
  // Whether the call is to report readiness without looking, and on which
  // handle. An invalid handle means any.
  bool is_falsely_ready = false;
  NativeHandle handle;

  // Returns what `taken` has left of a timeout.
  absl::Duration Left(absl::Duration timeout) const {
    return std::max(timeout - taken, absl::ZeroDuration());
  }
};

template <typename T>
bool HasSucceeded(const SysResult<T>& result) {
  return result.ok();
}
template <typename T>
bool HasSucceeded(const LookupResult<T>& result) {
  return result.error == 0 && !result.timed_out && !result.cancelled;
}

template <typename T>
void SetFailure(const NativeFailure& failure, SysResult<T>* result) {
  result->error = failure.error;
}
template <typename T>
void SetFailure(const NativeFailure& failure, LookupResult<T>* result) {
  result->domain = failure.domain;
  result->error = failure.error;
  result->no_thread = failure.no_thread;
}

// What becomes of the value of a call that was made and fails all the same, if
// nothing has to be closed.
struct ForgetValue {
  template <typename Result>
  void operator()(Result& result) const {
    result = Result{};
  }
};

// Thread-safe. Does not block, except for the call and the time that a fault
// takes. Owns nothing; the arguments of the constructor must outlive it.
class FaultyCall {
 public:
  FaultyCall(FaultSite& site, Rules& rules) : site_(site), rules_(rules) {}
  FaultyCall(const FaultyCall&) = delete;
  FaultyCall& operator=(const FaultyCall&) = delete;

  FaultSite& site() const { return site_; }

  // Whether there are no rules, so that the following return nullopt.
  bool empty() const { return rules_.empty(); }
  // See Rules.
  std::optional<Ruling> Before(const CallArguments& arguments) const {
    return rules_.Before(arguments, site_);
  }
  std::optional<Ruling> After(const CallArguments& arguments) const {
    return rules_.After(arguments, site_);
  }

  // Makes the call by `call()` or `call(allowance)`, or fails without making
  // it. If the call has succeeded and is to fail all the same, `undo(result)`
  // closes what it has made and clears the value.
  template <typename Function, typename Undo = ForgetValue>
  auto Make(const CallArguments& arguments, Function call,
            Undo undo = {}) const {
    if constexpr (std::is_invocable_v<Function, const Allowance&>) {
      return MakeAllowed(arguments, call, undo);
    } else {
      return MakeAllowed(
          arguments, [&call](const Allowance&) { return call(); }, undo);
    }
  }

  // Lets `time` pass on the clock of the platform. A look-up stops earlier when
  // its limit has been reached. Stops, too, when the platform sleeps no more,
  // as at the end of a simulation. Returns how much has passed.
  absl::Duration Pass(absl::Duration time, const CallLimit* limit) const;

 private:
  template <typename Function, typename Undo>
  std::invoke_result_t<Function, const Allowance&> MakeAllowed(
      const CallArguments& arguments, Function call, Undo undo) const {
    using Result = std::invoke_result_t<Function, const Allowance&>;
    if (empty()) return call(Allowance{});
    Allowance allowance;
    const std::optional<Ruling> before = Before(arguments);
    if (before.has_value()) {
      if (before->failure.error != 0) {
        Result result = {};
        SetFailure(before->failure, &result);
        return result;
      }
      allowance = Allow(*before, arguments.limit);
    }
    Result result = call(allowance);
    if (!HasSucceeded(result)) return result;
    const std::optional<Ruling> after = After(arguments);
    if (after.has_value()) {
      undo(result);
      SetFailure(after->failure, &result);
    }
    return result;
  }

  Allowance Allow(const Ruling& ruling, const CallLimit* limit) const;

  FaultSite& site_;
  Rules& rules_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAULT_FAULTY_CALL_H_
