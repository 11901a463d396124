#include "mortise/core/cancellation.h"

#include <optional>

#include "absl/time/time.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/or_default.h"
#include "mortise/platform/backend.h"

namespace mortise {

Cancellation Cancellation::After(absl::Duration timeout, Platform* platform) {
  return Cancellation(internal::CancellationState::New(
      internal::OrDefault(platform).clock(), timeout));
}

std::optional<Cancellation> Cancellation::Of(
    internal::CancellationState* state) {
  if (state == nullptr) return std::nullopt;
  state->Ref();
  return Cancellation(state);
}

bool Cancellation::IsCancelled() const {
  return state_.get()->is_cancelled() ||
         state_.get()->Remaining() <= absl::ZeroDuration();
}

}  // namespace mortise
