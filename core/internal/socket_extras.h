// What only few sockets have. It is apart, so that a Socket is small.

#ifndef MORTISE_CORE_INTERNAL_SOCKET_EXTRAS_H_
#define MORTISE_CORE_INTERNAL_SOCKET_EXTRAS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/poller_link.h"
#include "mortise/platform/native_handle.h"

namespace mortise {
namespace internal {

// Thread safety: any thread may call `cancellation` and `poller_link` at any
// time. The rest needs the socket to itself.
class SocketExtras {
 public:
  SocketExtras() = default;
  ~SocketExtras() { delete extras_.load(std::memory_order_acquire); }
  SocketExtras(SocketExtras&& other) noexcept
      : extras_(other.extras_.exchange(nullptr, std::memory_order_acq_rel)) {}
  SocketExtras& operator=(SocketExtras&& other) noexcept {
    SocketExtras moved = std::move(other);
    moved.extras_.store(
        extras_.exchange(moved.extras_.load(std::memory_order_relaxed),
                         std::memory_order_acq_rel),
        std::memory_order_relaxed);
    return *this;
  }

  // nullptr if the socket has none.
  CancellationState* cancellation() const {
    const Extras* const extras = extras_.load(std::memory_order_acquire);
    return extras == nullptr ? nullptr : extras->cancellation.get();
  }
  void SetCancellation(CancellationPointer cancellation) {
    if (cancellation.get() == this->cancellation()) return;
    Get().cancellation = std::move(cancellation);
  }

  // Allocates the first time.
  PollerLink& poller_link() { return Get().poller_link; }
  // nullptr if the socket has never been in a poller.
  const PollerLink* FindPollerLink() const {
    const Extras* const extras = extras_.load(std::memory_order_acquire);
    return extras == nullptr ? nullptr : &extras->poller_link;
  }
  // As PollerPlace::Leave.
  void LeavePoller(NativeHandle handle, std::uint64_t number) noexcept {
    Extras* const extras = extras_.load(std::memory_order_acquire);
    if (extras != nullptr) extras->poller_link.Leave(handle, number);
  }

 private:
  struct Extras {
    CancellationPointer cancellation;
    PollerLink poller_link;
  };

  Extras& Get() {
    Extras* extras = extras_.load(std::memory_order_acquire);
    if (extras != nullptr) return *extras;
    auto made = std::make_unique<Extras>();
    // Another thread may have made them meanwhile.
    return extras_.compare_exchange_strong(extras, made.get(),
                                           std::memory_order_acq_rel)
               ? *made.release()
               : *extras;
  }

  std::atomic<Extras*> extras_{nullptr};
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_SOCKET_EXTRAS_H_
