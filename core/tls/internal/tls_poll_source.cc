#include "mortise/core/tls/internal/tls_poll_source.h"

#include <memory>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "mortise/core/poll_source.h"
#include "mortise/core/tls/internal/tls_connection.h"
#include "mortise/platform/poll_events.h"

namespace mortise {
namespace internal {

PollSource::Answer TlsPollSource::Ask(PollEvents wanted, PollEvents reported) {
  const absl::MutexLock lock(&mutex_);
  return connection_ == nullptr ? Answer() : connection_->Ask(wanted, reported);
}

void TlsPollSource::Observe(std::shared_ptr<PollObserver> observer) {
  const absl::MutexLock lock(&mutex_);
  if (connection_ != nullptr) connection_->Observe(std::move(observer));
}

void TlsPollSource::End() {
  const absl::MutexLock lock(&mutex_);
  connection_ = nullptr;
}

}  // namespace internal
}  // namespace mortise
