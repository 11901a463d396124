// What AFD, the driver beneath Winsock, is asked to wait for, and what its
// answer means to a poll set. It does not use Windows' headers, so that it is
// tested on every system.

#ifndef MORTISE_PLATFORM_AFD_EVENTS_H_
#define MORTISE_PLATFORM_AFD_EVENTS_H_

#include <cstdint>

#include "mortise/platform/poll_events.h"

namespace mortise {

// Bits of a poll. No header of Windows has them. Their names with the driver
// are AFD_POLL_RECEIVE and so on.
inline constexpr std::uint32_t kAfdReceive = 0x001;
inline constexpr std::uint32_t kAfdReceiveExpedited = 0x002;  // urgent data
inline constexpr std::uint32_t kAfdSend = 0x004;
inline constexpr std::uint32_t kAfdDisconnect = 0x008;  // the peer's end
inline constexpr std::uint32_t kAfdAbort = 0x010;       // a reset
inline constexpr std::uint32_t kAfdLocalClose = 0x020;
inline constexpr std::uint32_t kAfdAccept = 0x080;
inline constexpr std::uint32_t kAfdConnectFail = 0x100;

// What to wait for if `wanted` is. An error ends a wait for either event.
// kAfdReceiveExpedited is never waited for: no ordinary receive takes urgent
// data, so it would be reported for ever.
constexpr std::uint32_t AfdMask(PollEvents wanted) {
  std::uint32_t mask = kAfdAbort | kAfdConnectFail | kAfdLocalClose;
  if (Has(wanted, PollEvents::kReadable)) {
    mask |= kAfdReceive | kAfdAccept | kAfdDisconnect;
  }
  if (Has(wanted, PollEvents::kWritable)) mask |= kAfdSend;
  return mask;
}

// What to report if the driver has found `found`: events as in PollReady, or
// kNone. What was not waited for does not count.
constexpr PollEvents AfdMeaning(std::uint32_t found, PollEvents wanted) {
  found &= AfdMask(wanted);
  PollEvents events = PollEvents::kNone;
  if ((found & (kAfdReceive | kAfdAccept | kAfdDisconnect)) != 0) {
    events |= PollEvents::kReadable;
  }
  if ((found & kAfdSend) != 0) events |= PollEvents::kWritable;
  if ((found & (kAfdAbort | kAfdConnectFail | kAfdLocalClose)) != 0) {
    events |= wanted | PollEvents::kFailed;
  }
  if ((found & (kAfdDisconnect | kAfdAbort)) != 0) events |= PollEvents::kEnded;
  return events;
}

}  // namespace mortise

#endif  // MORTISE_PLATFORM_AFD_EVENTS_H_
