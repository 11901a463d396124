#include "mortise/platform/sim/host/signals.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/platform/sim/host/virtual_mode.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/net/entrance.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/schedule/event_queue.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {
namespace {

// A program that goes on because of a signal does something else before so many
// have come. One that only waits again and again is in a deadlock, which is to
// be found.
constexpr int kMostAlone = 100;

}  // namespace

// The signals of one rule, until it ends. The event that sends the next one
// keeps it alive.
class Signals::Storm final : public RuleBody,
                             public std::enable_shared_from_this<Storm> {
 public:
  Storm(Signals& signals, HostId host, Time period, std::string text)
      : signals_(signals),
        host_(host),
        period_(period),
        text_(std::move(text)) {}

  // The caller has the lock of the simulation, and it is `now`.
  void SendNextAfter(Time now) {
    event_ = signals_.scheduler_.At(
        Later(now, period_), [self = shared_from_this()] { self->Send(); });
    ++signals_.events_;
  }

  void End() override {
    const EntranceLock inside(signals_.mode_);
    if (signals_.scheduler_.Cancel(event_)) --signals_.events_;
  }
  std::int64_t hits() const override {
    return hits_.load(std::memory_order_relaxed);
  }
  const std::string& text() const override { return text_; }

 private:
  void Send() {
    --signals_.events_;
    // A call that is interrupted has no timeout any more, so this comes first.
    alone_ = signals_.scheduler_.HasMoreThan(signals_.events_) ? 0 : alone_ + 1;
    Kernel* const kernel = signals_.fabric_.KernelOf(host_);
    if (kernel != nullptr) {
      hits_.fetch_add(signals_.mode_.InterruptWaits(*kernel),
                      std::memory_order_relaxed);
    }
    if (alone_ < kMostAlone) SendNextAfter(signals_.scheduler_.Now());
  }

  Signals& signals_;
  const HostId host_;
  const Time period_;
  const std::string text_;
  EventId event_;
  // How many signals have come one after the other while nothing else was going
  // to happen.
  int alone_ = 0;
  std::atomic<std::int64_t> hits_{0};
};

Rule Signals::Interrupt(HostId host, Time period) {
  const EntranceLock inside(mode_);
  auto storm = std::make_shared<Storm>(
      *this, host, period,
      absl::StrCat("Interrupt(", fabric_.NameOf(host), ", ",
                   absl::FormatDuration(absl::Nanoseconds(period)), ")"));
  storm->SendNextAfter(inside.now());
  return Rule(std::move(storm));
}

}  // namespace sim
}  // namespace mortise
