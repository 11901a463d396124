// A socket or handle in a poller.

#ifndef MORTISE_CORE_INTERNAL_POLL_REGISTRATION_H_
#define MORTISE_CORE_INTERNAL_POLL_REGISTRATION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "mortise/core/poll_source.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_set.h"

namespace mortise {
namespace internal {

class SourceObserver;

// What a poller waits for on one handle. The poll set has its address as the
// cookie.
//
// The first part is written before `has_left`, with which it is published, and
// then stays as it is.
struct PollRegistration {
  NativeHandle handle;
  std::uint64_t key = 0;
  PollMode mode = PollMode::kLevel;
  // Whether the handle is a Socket's, which takes it out by itself.
  bool is_sockets = false;
  // nullptr if the readiness of the handle is all there is. Otherwise the set
  // waits for what the source names, and `wanted` is what the source is asked.
  std::shared_ptr<PollSource> source;
  // What is told of changes of the source.
  std::shared_ptr<SourceObserver> observer;

  std::atomic<bool> has_left{false};
  // Read by the thread in Wait, and changed under the mutex.
  std::atomic<PollEvents> wanted{PollEvents::kNone};

  // Under the mutex: what the system's set waits for, and whether a one-shot
  // registration is still to be reported.
  PollEvents in_set = PollEvents::kNone;
  bool is_armed = true;

  // Of the thread in Wait: the last Wait that has reported it, and where.
  std::uint64_t round = 0;
  std::size_t index = 0;
};
static_assert(sizeof(PollRegistration) <= 96, "there may be very many");

// The registration that `ready` is about. Not for a Wake.
inline PollRegistration& RegistrationOf(const PollReady& ready) {
  return *static_cast<PollRegistration*>(ready.cookie);
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_POLL_REGISTRATION_H_
