// What a Poller asks of a stream whose socket does not tell whether the stream
// is ready: one that keeps bytes of its own, such as a TlsSocket.

#ifndef MORTISE_CORE_POLL_SOURCE_H_
#define MORTISE_CORE_POLL_SOURCE_H_

#include <memory>

#include "mortise/platform/poll_events.h"

namespace mortise {

// Told when a source may answer otherwise than it has.
//
// Thread safety: any thread may call `Changed` at any time, also under locks of
// the source. It does not call back, and waits at most for a thread that
// changes the poller.
class PollObserver {
 public:
  virtual ~PollObserver() = default;
  virtual void Changed() = 0;
};

// Python has no counterpart: its selectors do not know what an SSLSocket holds.
//
// Thread safety: any thread may call the methods at any time. A poller calls
// `Ask` from the thread that waits.
//
// Lifetime: a poller may keep a source longer than the stream that it belongs
// to. Without its stream it answers that nothing is ready, and that there is
// nothing to wait for.
class PollSource {
 public:
  virtual ~PollSource() = default;
  PollSource(const PollSource&) = delete;
  PollSource& operator=(const PollSource&) = delete;

  struct Answer {
    // What of what was wanted would not wait now.
    PollEvents ready = PollEvents::kNone;
    // What to wait for on the stream's socket, kReadable or kWritable or both,
    // before it is worth asking again. It may be more than was wanted: what the
    // stream has taken has to be sent in any case.
    PollEvents wait = PollEvents::kNone;
    // Whether to ask again at once, because the source has stopped in between.
    bool ask_again = false;
  };

  // Goes as far as is possible without waiting: sends what the stream has
  // taken, and goes on with a handshake. Then answers whether `wanted`,
  // kReadable or kWritable or both or kNone, is ready. `reported` is what the
  // system has just said of the socket, or kNone if it has not been asked.
  virtual Answer Ask(PollEvents wanted, PollEvents reported) = 0;

  // From now on calls `observer` whenever a call on the stream may have changed
  // the answer. `Ask` itself does not. There is one observer, and nullptr is
  // none.
  virtual void Observe(std::shared_ptr<PollObserver> observer) = 0;

 protected:
  PollSource() = default;
};

}  // namespace mortise

#endif  // MORTISE_CORE_POLL_SOURCE_H_
