#include "mortise/core/internal/poller_place.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "mortise/core/internal/poller_link.h"
#include "mortise/core/internal/poller_state.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/process_mark.h"

namespace mortise {
namespace internal {
namespace {

// A forked child does not touch the places of its parent, because a thread of
// the parent may have been in the middle of changing them.
class Place final : public PollerPlace {
 public:
  explicit Place(const ProcessMark& maker) : maker_(maker) {}

  bool IsOfThisProcess() const { return maker_.IsOfThisProcess(); }

  bool Claim(const std::shared_ptr<PollerState>& poller, std::uint64_t number) {
    // Destroyed without the lock.
    std::shared_ptr<PollerState> ended;
    const absl::MutexLock lock(&mutex_);
    if (poller_ != nullptr && !poller_->has_ended()) return false;
    ended = std::exchange(poller_, poller);
    number_ = number;
    return true;
  }

  void Release(const PollerState& poller) {
    std::shared_ptr<PollerState> left;
    const absl::MutexLock lock(&mutex_);
    if (poller_.get() == &poller) left = std::move(poller_);
  }

  bool IsIn(const PollerState& poller) {
    const absl::MutexLock lock(&mutex_);
    return poller_.get() == &poller;
  }

  void Leave(NativeHandle handle, std::uint64_t number) noexcept override {
    if (!IsOfThisProcess()) return;
    std::shared_ptr<PollerState> poller;
    {
      const absl::MutexLock lock(&mutex_);
      if (number != 0 && number != number_) return;
      poller = std::move(poller_);
    }
    if (poller != nullptr) poller->Forget(handle);
  }

  void Destroy() noexcept override {
    if (IsOfThisProcess()) delete this;
  }

 private:
  const ProcessMark maker_;
  absl::Mutex mutex_;
  std::shared_ptr<PollerState> poller_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t number_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The place of this process, or nullptr.
Place* PlaceOf(const PollerLink& link) {
  auto* const place =
      static_cast<Place*>(link.place().load(std::memory_order_acquire));
  return place != nullptr && place->IsOfThisProcess() ? place : nullptr;
}

}  // namespace

bool Claim(PollerLink& link, const std::shared_ptr<PollerState>& poller,
           std::uint64_t number) {
  PollerPlace* before = link.place().load(std::memory_order_acquire);
  Place* place = PlaceOf(link);
  if (place == nullptr) {
    auto made = std::make_unique<Place>(poller->maker());
    // Another thread may have made one meanwhile.
    place = link.place().compare_exchange_strong(before, made.get(),
                                                 std::memory_order_acq_rel)
                ? made.release()
                : static_cast<Place*>(before);
  }
  return place->Claim(poller, number);
}

void Release(PollerLink& link, const PollerState& poller) {
  Place* const place = PlaceOf(link);
  if (place != nullptr) place->Release(poller);
}

bool IsIn(const PollerLink& link, const PollerState& poller) {
  Place* const place = PlaceOf(link);
  return place != nullptr && place->IsIn(poller);
}

}  // namespace internal
}  // namespace mortise
