// The default timeout as new sockets read it. All other code uses
// mortise/core/default_timeout.h.

#ifndef MORTISE_CORE_INTERNAL_DEFAULT_TIMEOUT_H_
#define MORTISE_CORE_INTERNAL_DEFAULT_TIMEOUT_H_

#include <atomic>
#include <cstdint>

#include "absl/base/optimization.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

namespace mortise {
namespace internal {

// In nanoseconds; negative for none. Nothing is published with it, so every
// access is relaxed.
//
// Not an inline variable: the dynamic linker makes one of those of all
// libraries of a process that have it (STB_GNU_UNIQUE), even if they were
// opened with RTLD_LOCAL. A library with a copy of Mortise would change the
// default of another one's.
extern std::atomic<std::int64_t> default_timeout;

// Puts a new socket into the mode of the default timeout. A template only
// because the target of Socket depends on this one, not the reverse.
template <typename Socket>
absl::Status ApplyDefaultTimeout(Socket* socket) {
  const std::int64_t nanoseconds =
      default_timeout.load(std::memory_order_relaxed);
  if (ABSL_PREDICT_TRUE(nanoseconds < 0)) return absl::OkStatus();
  return socket->SetTimeout(absl::Nanoseconds(nanoseconds));
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_DEFAULT_TIMEOUT_H_
