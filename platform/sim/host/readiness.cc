#include "mortise/platform/sim/host/readiness.h"

#include <array>
#include <cstddef>
#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/interrupt.h"
#include "mortise/platform/sim/host/poll_set.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {
namespace {

// Events that count whatever was asked for, as poll(2) has it.
constexpr Events kAlways = kFailed | kHungUp;

Events EventsOf(WaitEvents wanted) {
  Events events = kAlways;
  if (Has(wanted, WaitEvents::kReadable)) events |= kReadable;
  if (Has(wanted, WaitEvents::kWritable) ||
      Has(wanted, WaitEvents::kConnected)) {
    events |= kWritable;
  }
  return events;
}

// Rounds up to milliseconds, as poll(2) counts.
Time Timeout(absl::Duration timeout) {
  const Time exact = TimeOf(timeout);
  if (exact > kNever - kMillisecond) return kNever;
  return (exact + kMillisecond - 1) / kMillisecond * kMillisecond;
}

}  // namespace

SysResult<std::size_t> Readiness::WaitInterruptibly(
    absl::Span<const WaitTarget> targets,
    absl::Span<WaitInterrupt* const> interrupts, absl::Duration timeout) {
  std::array<NativeHandle, kMaxTargets> handles;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    handles[i] = targets[i].handle;
  }
  CallInfo info("wait");
  info.handles = absl::MakeConstSpan(handles).first(targets.size());
  return Perform(host_, info, [&](Call& call) -> Result<std::size_t> {
    std::array<std::shared_ptr<OpenFile>, kMaxTargets> files;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      files[i] = call.Find(targets[i].handle);
      if (files[i] == nullptr) return {0, ErrorCode::kEbadf};
    }
    const Time deadline = Later(call.kernel().now(), Timeout(timeout));
    for (;;) {
      for (std::size_t i = 0; i < targets.size(); ++i) {
        const Events ready = files[i]->socket().Ready();
        if ((ready & EventsOf(targets[i].events)) != 0) return {i};
      }
      if (AnyIsSet(interrupts) || call.kernel().now() >= deadline) {
        return {targets.size()};
      }
      Waiter waiter(interrupts);
      std::array<SocketWatcher, kMaxTargets> watchers;
      for (std::size_t i = 0; i < targets.size(); ++i) {
        watchers[i].Watch(call.waiting(), waiter, files[i]->socket(),
                          EventsOf(targets[i].events));
      }
      if (!call.Wait(waiter, deadline)) return {0, call.refusal()};
    }
  });
}

SysResult<std::unique_ptr<WaitInterrupt>> Readiness::NewInterrupt() {
  return {std::make_unique<Interrupt>(host_.waiting), 0};
}

SysResult<std::unique_ptr<PollSet>> Readiness::NewPollSet() {
  return {std::make_unique<SimulatedPollSet>(host_), 0};
}

void Readiness::Sleep(absl::Duration duration) {
  Perform(host_, "sleep", [&](Call& call) {
    const Time deadline = Later(call.kernel().now(), Timeout(duration));
    while (call.kernel().now() < deadline) {
      Waiter waiter;
      if (!call.Wait(waiter, deadline)) return call.refusal();
    }
    return kDone;
  });
}

}  // namespace sim
}  // namespace mortise
