// What a poller asks of a TLS connection. It may outlive the connection.

#ifndef MORTISE_CORE_TLS_INTERNAL_TLS_POLL_SOURCE_H_
#define MORTISE_CORE_TLS_INTERNAL_TLS_POLL_SOURCE_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "mortise/core/poll_source.h"
#include "mortise/platform/poll_events.h"

namespace mortise {
namespace internal {

class TlsConnection;

class TlsPollSource final : public PollSource {
 public:
  explicit TlsPollSource(TlsConnection* connection) : connection_(connection) {}

  Answer Ask(PollEvents wanted, PollEvents reported) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Observe(std::shared_ptr<PollObserver> observer) override
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The connection ends. Waits until no poller is in the middle of asking it.
  void End() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Held while the connection is asked, and taken before its own lock.
  absl::Mutex mutex_;
  // nullptr once the connection has ended.
  TlsConnection* connection_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_TLS_POLL_SOURCE_H_
