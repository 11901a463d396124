#include "mortise/platform/scanning_poll_set.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace {

class ScanningPollSet final : public PollSet {
 public:
  ScanningPollSet(const PollScanSystem& system,
                  std::unique_ptr<WaitInterrupt> interrupt)
      : system_(system), interrupt_(std::move(interrupt)) {
    MakeRoom();
  }

  SysResult<void> Add(const PollWish& wish) override {
    if (!IsOfThisProcess()) return {kNotSupportedError};
    if (!IsWellFormed(wish)) return {system_.invalid};
    const int refusal = system_.refusal(wish.handle);
    if (refusal != 0) return {refusal};
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto [added, is_new] = wishes_.try_emplace(wish.handle.value());
    if (!is_new) return {system_.exists};
    added->second = {wish, ++versions_};
    MakeRoom();
    interrupt_->Set();
    return {0};
  }

  SysResult<void> Change(const PollWish& wish) override {
    if (!IsOfThisProcess()) return {kNotSupportedError};
    if (!IsWellFormed(wish)) return {system_.invalid};
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = wishes_.find(wish.handle.value());
    if (found == wishes_.end()) return {system_.not_found};
    found->second = {wish, ++versions_};
    interrupt_->Set();
    return {0};
  }

  SysResult<void> Remove(NativeHandle handle) override {
    if (!IsOfThisProcess()) return {0};
    const std::lock_guard<std::mutex> lock(mutex_);
    if (wishes_.erase(handle.value()) == 0) return {system_.not_found};
    ++versions_;
    interrupt_->Set();
    return {0};
  }

  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override {
    if (!IsOfThisProcess()) return {0, kNotSupportedError};
    // What changes from here on ends the scan.
    interrupt_->Clear();
    const bool woken_before = is_woken_.load();
    Prepare();
    const SysResult<void> ran = room_->scan->Run(
        *interrupt_, woken_before ? absl::ZeroDuration() : timeout);
    // A handle that is removed and closed during the scan makes some systems'
    // call fail. The next scan does without it.
    if (!ran.ok() && !HasChanged()) return {0, ran.error};
    std::size_t count = 0;
    if (is_woken_.exchange(false)) ready[count++] = PollReady();
    return {ran.ok() ? Collect(ready, count) : count, 0};
  }

  void Wake() override {
    if (!IsOfThisProcess()) return;
    if (!is_woken_.exchange(true)) interrupt_->Set();
  }

 private:
  struct Wish {
    PollWish wish;
    // Different after each change.
    std::uint64_t version = 0;
    bool is_paused = false;
  };
  struct Scanned {
    NativeHandle handle;
    std::uint64_t version = 0;
  };
  // Memory for a wait.
  struct Room {
    std::vector<Scanned> scanned;
    std::unique_ptr<PollScan> scan;
  };

  // A mutex may have been held when a child was forked, so this is asked first.
  bool IsOfThisProcess() const { return interrupt_->IsOfThisProcess(); }

  // Sees to it that the next wait has room for all wishes. The wait under way
  // keeps its own. The caller holds mutex_.
  void MakeRoom() {
    if (wishes_.size() <= capacity_ && capacity_ > 0) return;
    capacity_ = 2 * wishes_.size() + 16;
    next_room_ = std::make_unique<Room>();
    next_room_->scanned.reserve(capacity_);
    next_room_->scan = system_.new_scan(capacity_);
  }

  // Copies the wishes for the scan, beginning where the last report ended.
  void Prepare() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (next_room_ != nullptr) room_ = std::move(next_room_);
    scanned_version_ = versions_;
    room_->scanned.clear();
    room_->scan->Clear();
    const auto first = wishes_.lower_bound(first_);
    for (auto one = first; one != wishes_.end(); ++one) Copy(one->second);
    for (auto one = wishes_.begin(); one != first; ++one) Copy(one->second);
  }

  // Whether there has been a change since the scan began.
  bool HasChanged() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return versions_ != scanned_version_;
  }

  // The caller holds mutex_.
  void Copy(const Wish& one) {
    if (one.is_paused) return;
    room_->scanned.push_back({one.wish.handle, one.version});
    room_->scan->Add(one.wish.handle, one.wish.events);
  }

  // Fills `ready` from `count` on with what the scan has found, and returns the
  // new count.
  std::size_t Collect(absl::Span<PollReady> ready, std::size_t count) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (std::size_t i = 0; i < room_->scanned.size(); ++i) {
      const PollEvents events = room_->scan->Found(i);
      if (events == PollEvents::kNone) continue;
      const Scanned& scanned = room_->scanned[i];
      const auto found = wishes_.find(scanned.handle.value());
      // It may have been changed or removed since the scan began.
      if (found == wishes_.end() || found->second.version != scanned.version) {
        continue;
      }
      if (count == ready.size()) {
        first_ = scanned.handle.value();
        break;
      }
      ready[count++] = {found->second.wish.cookie, events};
      if (found->second.wish.mode == PollMode::kOneShot) {
        found->second.is_paused = true;
      }
    }
    return count;
  }

  const PollScanSystem system_;
  // Set by each change and by Wake.
  const std::unique_ptr<WaitInterrupt> interrupt_;
  std::atomic<bool> is_woken_{false};

  std::mutex mutex_;
  // The following are guarded by mutex_. By the number of the handle.
  std::map<std::int64_t, Wish> wishes_;
  // Counts the changes.
  std::uint64_t versions_ = 0;
  // The least number that the next report may begin with.
  std::int64_t first_ = 0;
  // Of the room that was made last.
  std::size_t capacity_ = 0;
  std::unique_ptr<Room> next_room_;

  // For the thread that waits.
  std::unique_ptr<Room> room_;
  // What versions_ was when the scan began.
  std::uint64_t scanned_version_ = 0;
};

}  // namespace

SysResult<std::unique_ptr<PollSet>> NewScanningPollSet(
    const PollScanSystem& system) {
  SysResult<std::unique_ptr<WaitInterrupt>> interrupt = system.new_interrupt();
  if (!interrupt.ok()) return {nullptr, interrupt.error};
  return {std::make_unique<ScanningPollSet>(system, std::move(interrupt.value)),
          0};
}

}  // namespace mortise
