// What a Socket consists of, and what the rest of the library asks it.

#ifndef MORTISE_CORE_INTERNAL_SOCKET_STATE_H_
#define MORTISE_CORE_INTERNAL_SOCKET_STATE_H_

#include <atomic>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/socket_extras.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/native_handle.h"

namespace mortise {

class Platform;
class Poller;

namespace internal {

class SocketState {
 public:
  // MSG_* flags against waiting in the OS, 0 if blocking.
  int wait_flags() const { return wait_flags_; }
  // What the copies of the socket's Cancellation share; nullptr if none.
  CancellationState* cancellation() const { return extras_.cancellation(); }
  // Takes it out of the poller in which it has `number`.
  void LeavePoller(std::uint64_t number) {
    extras_.LeavePoller(handle_, number);
  }

 protected:
  SocketState() = default;
  SocketState(Platform* platform, NativeHandle handle, AddressFamily family,
              SocketType type, Protocol protocol)
      : platform_(platform),
        handle_(handle),
        family_(static_cast<std::int16_t>(family.value())),
        type_(static_cast<std::uint8_t>(type.value())),
        protocol_(protocol) {}
  ~SocketState() = default;
  SocketState(const SocketState&) = delete;
  SocketState& operator=(const SocketState&) = delete;

  static constexpr std::int64_t kInfinite =
      std::numeric_limits<std::int64_t>::max();

  absl::Duration timeout() const {
    return timeout_ == kInfinite ? absl::InfiniteDuration()
                                 : absl::Nanoseconds(timeout_);
  }

  Platform* platform_ = nullptr;
  NativeHandle handle_;
  std::int64_t timeout_ = kInfinite;  // in nanoseconds
  SocketExtras extras_;
  // Families have 16 bits on every OS, and types without their flags 8.
  std::int16_t family_ = 0;
  std::uint8_t type_ = 0;
  std::atomic<bool> shut_down_{false};  // only of listeners: see Shutdown
  Protocol protocol_;
  // Not fewer bits: a send would need an instruction to make them an int.
  int wait_flags_ = 0;

 private:
  friend class mortise::Poller;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_SOCKET_STATE_H_
