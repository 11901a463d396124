#include "mortise/tests/tls/watched_platform.h"

#include <algorithm>
#include <condition_variable>  // NOLINT(build/c++11)
#include <cstddef>
#include <limits>
#include <memory>
#include <mutex>  // NOLINT(build/c++11)
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/interrupt_pool.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace testing_tls {
namespace {

constexpr std::size_t kEndlessRoom = std::numeric_limits<std::size_t>::max();

}  // namespace

class WatchedPlatform::Sockets final : public ForwardingSocketCalls {
 public:
  explicit Sockets(WatchedPlatform& watched)
      : ForwardingSocketCalls(Platform::Default().sockets()),
        watched_(watched) {}

  SysResult<std::size_t> Send(NativeHandle handle, absl::Span<const char> data,
                              int flags) override {
    Lie lie;
    {
      const std::lock_guard<std::mutex> lock(watched_.mutex_);
      ++watched_.transfers_;
      if (watched_.room_ == 0) {
        watched_.held_ = true;
        watched_.changed_.notify_all();
        return {0,
                Platform::Default().facts().errors.Native(ErrorCode::kEagain)};
      }
      data = data.subspan(0, watched_.room_);
      lie = watched_.sent_;
    }
    SysResult<std::size_t> sent = next().Send(handle, data, flags);
    if (!sent.ok()) return sent;
    const std::lock_guard<std::mutex> lock(watched_.mutex_);
    if (watched_.room_ != kEndlessRoom) {
      watched_.room_ -= std::min(sent.value, watched_.room_);
    }
    if (lie != nullptr) sent.value = lie(sent.value);
    return sent;
  }

  SysResult<std::size_t> Recv(NativeHandle handle, absl::Span<char> buffer,
                              int flags) override {
    Lie lie;
    {
      const std::lock_guard<std::mutex> lock(watched_.mutex_);
      ++watched_.transfers_;
      lie = watched_.received_;
    }
    SysResult<std::size_t> got = next().Recv(handle, buffer, flags);
    if (got.ok() && lie != nullptr) got.value = lie(got.value);
    return got;
  }

  SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how) override {
    const SysResult<void> done = next().Shutdown(handle, how);
    watched_.LetSend();
    return done;
  }

 private:
  WatchedPlatform& watched_;
};

class WatchedPlatform::Readiness final : public ForwardingReadinessCalls {
 public:
  explicit Readiness(WatchedPlatform& watched)
      : ForwardingReadinessCalls(Platform::Default().readiness()),
        watched_(watched) {}

  SysResult<std::size_t> WaitInterruptibly(
      absl::Span<const WaitTarget> targets,
      absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) override {
    if (targets.size() == 1 && Has(targets[0].events, WaitEvents::kWritable)) {
      return WaitForRoom(targets[0], interrupts, timeout);
    }
    {
      const std::lock_guard<std::mutex> lock(watched_.mutex_);
      CountWait();
    }
    return next().WaitInterruptibly(targets, interrupts, timeout);
  }

 private:
  // Under the mutex.
  void CountWait() {
    ++watched_.waits_;
    watched_.changed_.notify_all();
  }

  SysResult<std::size_t> WaitForRoom(
      const WaitTarget& target, absl::Span<WaitInterrupt* const> interrupts,
      absl::Duration timeout) {
    const LeasedInterrupt room(watched_.platform_->interrupts(), next());
    if (room.error() != 0) return {0, room.error()};
    {
      // Counted only now: who has seen it counted makes room too late for the
      // next look.
      const std::lock_guard<std::mutex> lock(watched_.mutex_);
      CountWait();
      if (std::exchange(watched_.interrupts_, false)) {
        return {0,
                Platform::Default().facts().errors.Native(ErrorCode::kEintr)};
      }
      if (watched_.room_ > 0) room.get()->Set();
      watched_.waiters_.push_back(room.get());
    }
    // There is room in the system, so only what can be read is left to wait for
    // there.
    WaitTarget readable = target;
    readable.events = Has(readable.events, WaitEvents::kReadable)
                          ? WaitEvents::kReadable
                          : WaitEvents::kNone;
    std::vector<WaitInterrupt*> ends(interrupts.begin(), interrupts.end());
    ends.push_back(room.get());
    SysResult<std::size_t> first = next().WaitInterruptibly(
        absl::MakeConstSpan(&readable,
                            readable.events == WaitEvents::kNone ? 0 : 1),
        ends, timeout);
    if (readable.events == WaitEvents::kNone) first.value = 1;
    const std::lock_guard<std::mutex> lock(watched_.mutex_);
    auto& waiters = watched_.waiters_;
    waiters.erase(std::find(waiters.begin(), waiters.end(), room.get()));
    if (first.ok() && room.get()->is_set()) first.value = 0;
    return first;
  }

  WatchedPlatform& watched_;
};

WatchedPlatform::WatchedPlatform()
    : room_(kEndlessRoom),
      sockets_(std::make_unique<Sockets>(*this)),
      readiness_(std::make_unique<Readiness>(*this)) {
  Platform& os = Platform::Default();
  Platform::Parts parts = os.parts();
  parts.sockets = sockets_.get();
  parts.readiness = readiness_.get();
  platform_ = std::make_unique<Platform>(parts, os.facts());
}

WatchedPlatform::~WatchedPlatform() = default;

Platform& WatchedPlatform::platform() { return *platform_; }

int WatchedPlatform::transfers() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return transfers_;
}

void WatchedPlatform::HoldSendingAfter(std::size_t size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  room_ = size;
  held_ = false;
  if (room_ > 0) {
    for (WaitInterrupt* waiter : waiters_) waiter->Set();
  }
  changed_.notify_all();
}

void WatchedPlatform::MakeRoomUnannounced(std::size_t size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  room_ = size;
  held_ = false;
}

void WatchedPlatform::LetSend() { HoldSendingAfter(kEndlessRoom); }

void WatchedPlatform::AwaitHeld() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return held_ || room_ == kEndlessRoom; });
}

int WatchedPlatform::waits() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return waits_;
}

void WatchedPlatform::AwaitWaits(int waits) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return waits_ >= waits; });
}

void WatchedPlatform::InterruptNextWait() {
  const std::lock_guard<std::mutex> lock(mutex_);
  interrupts_ = true;
}

void WatchedPlatform::LieAboutSent(Lie lie) {
  const std::lock_guard<std::mutex> lock(mutex_);
  sent_ = std::move(lie);
}

void WatchedPlatform::LieAboutReceived(Lie lie) {
  const std::lock_guard<std::mutex> lock(mutex_);
  received_ = std::move(lie);
}

}  // namespace testing_tls
}  // namespace mortise
