// Runs a few lines in a scheduler.

#ifndef MORTISE_TESTS_PLATFORM_SIM_SCHEDULE_RUN_H_
#define MORTISE_TESTS_PLATFORM_SIM_SCHEDULE_RUN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/trace.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

class Lines : public TraceSink {
 public:
  void Line(absl::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

// Runs `main` with a new scheduler, and returns how the run ended.
inline absl::Status RunOnce(const SchedulerOptions& options,
                            const std::function<void(Scheduler&)>& main) {
  const std::shared_ptr<Scheduler> scheduler = Scheduler::Create(options);
  return scheduler->Run("main", [&] { main(*scheduler); });
}

inline absl::Status RunOnce(const std::function<void(Scheduler&)>& main) {
  return RunOnce(SchedulerOptions(), main);
}

inline SchedulerOptions WithSeed(std::uint64_t seed) {
  SchedulerOptions options;
  options.seed = seed;
  return options;
}

// A condition that one thread waits for and others make true.
class Flag {
 public:
  // `strangers`: whether threads that are not simulated may set it.
  explicit Flag(Scheduler& scheduler, bool strangers = false)
      : scheduler_(scheduler), strangers_(strangers) {}

  bool is_set() const { return set_; }

  void Set() {
    set_ = true;
    if (waiter_ != nullptr) scheduler_.MakeReady(*waiter_);
  }

  // Returns how the wait ended. kReady only if the flag is set.
  WaitEnd Await(Time deadline = kNever) {
    WaitFor what;
    what.call = "Await";
    what.deadline = deadline;
    what.strangers_may_end_it = strangers_;
    waiter_ = Scheduler::This();
    WaitEnd end = WaitEnd::kReady;
    while (!set_ && end == WaitEnd::kReady) end = scheduler_.Park(what);
    waiter_ = nullptr;
    return set_ ? WaitEnd::kReady : end;
  }

 private:
  Scheduler& scheduler_;
  const bool strangers_;
  bool set_ = false;
  SimThread* waiter_ = nullptr;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_SCHEDULE_RUN_H_
