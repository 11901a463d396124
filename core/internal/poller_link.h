// What a socket knows of the poller that it is in. The rest of the poller is
// not linked into programs that have none.

#ifndef MORTISE_CORE_INTERNAL_POLLER_LINK_H_
#define MORTISE_CORE_INTERNAL_POLLER_LINK_H_

#include <atomic>
#include <cstdint>

#include "mortise/platform/native_handle.h"

namespace mortise {
namespace internal {

// A socket's place in a poller. See poller_place.h.
class PollerPlace {
 public:
  // Takes `handle`, the socket's, out of the poller that the socket is in, if
  // it is in one. If `number` is not 0, only if that is the number of the
  // registration.
  virtual void Leave(NativeHandle handle, std::uint64_t number) noexcept = 0;
  // Ends this object.
  virtual void Destroy() noexcept = 0;

 protected:
  PollerPlace() = default;
  ~PollerPlace() = default;
};

// Thread safety: any thread may use `place` at any time. The rest needs the
// socket to itself.
class PollerLink {
 public:
  PollerLink() = default;
  ~PollerLink() {
    PollerPlace* const place = place_.load(std::memory_order_acquire);
    if (place != nullptr) place->Destroy();
  }
  PollerLink(const PollerLink&) = delete;
  PollerLink& operator=(const PollerLink&) = delete;

  // As PollerPlace::Leave. To be called before the socket's handle is closed.
  void Leave(NativeHandle handle, std::uint64_t number) noexcept {
    PollerPlace* const place = place_.load(std::memory_order_acquire);
    if (place != nullptr) place->Leave(handle, number);
  }

  // nullptr until the socket is registered for the first time.
  std::atomic<PollerPlace*>& place() { return place_; }
  const std::atomic<PollerPlace*>& place() const { return place_; }

 private:
  std::atomic<PollerPlace*> place_{nullptr};
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_POLLER_LINK_H_
