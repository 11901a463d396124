#include "mortise/core/internal/begun_lookup.h"

#include <atomic>
#include <functional>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace internal {

BegunLookup::BegunLookup(const Platform& platform, const AddrInfoQuery& query,
                         const CallLimit& limit)
    : maker_(platform.readiness().MarkProcess()),
      pending_(platform.names().BeginFindAddresses(
          query, limit, [state = state_] { state->Finish(); })) {}

BegunLookup::~BegunLookup() {
  // Another thread of the parent may hold the lock for ever.
  if (!IsOfThisProcess()) return;
  absl::MutexLock lock(&state_->mutex);
  state_->call = nullptr;
  state_->interrupt = nullptr;
}

// The lock is held during the call, so that nothing is called any more when the
// destructor has returned.
void BegunLookup::State::Finish() {
  absl::MutexLock lock(&mutex);
  done.store(true, std::memory_order_release);
  if (interrupt != nullptr) interrupt->Set();
  if (call != nullptr) call();
  call = nullptr;
}

void BegunLookup::WhenDone(std::function<void()> call) {
  if (!IsOfThisProcess()) return;
  {
    absl::MutexLock lock(&state_->mutex);
    if (!done()) {
      state_->call = std::move(call);
      return;
    }
  }
  if (call != nullptr) call();
}

void BegunLookup::Wake(WaitInterrupt* interrupt) {
  absl::MutexLock lock(&state_->mutex);
  state_->interrupt = interrupt;
  if (interrupt != nullptr && done()) interrupt->Set();
}

}  // namespace internal
}  // namespace mortise
