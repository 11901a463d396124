#include "mortise/core/internal/lookup.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/internal/cancellation_state.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/quote.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace internal {
namespace {

// NI_MAXHOST less its terminator; no resolver takes more.
constexpr std::size_t kMaxHost = 1024;

// What gives a look-up up if its token has been cancelled and there is no
// interrupt to be had. Nobody waits for it, so it takes nothing from the
// system.
class AlreadySet final : public WaitInterrupt {
 public:
  static AlreadySet& Get() {
    static AlreadySet& only = *new AlreadySet();
    return only;
  }

 private:
  AlreadySet() { Set(); }
  void Signal() override {}
  void Drain() override {}
};

}  // namespace

absl::StatusOr<CallLimit> LimitOf(const Platform& platform, Operation operation,
                                  absl::Duration timeout,
                                  CancellationState* cancellation) {
  CallLimit limit(timeout);
  if (cancellation == nullptr) return limit;
  ReadinessCalls& readiness = platform.readiness();
  limit.readiness = &readiness;
  const SysResult<WaitInterrupt*> token = cancellation->InterruptFor(readiness);
  SysResult<std::unique_ptr<WaitInterrupt>> done = {};
  if (token.ok()) done = readiness.NewInterrupt();
  const int error = token.ok() ? done.error : token.error;
  if (error != 0) {
    if (!cancellation->is_cancelled()) {
      return OsError(platform, operation, error);
    }
    limit.given_up = &AlreadySet::Get();
    return limit;
  }
  limit.timeout = std::min(timeout, cancellation->Remaining());
  limit.given_up = token.value;
  limit.done = std::move(done.value);
  return limit;
}

absl::Status CheckNoNul(Operation operation, absl::string_view argument,
                        absl::string_view text) {
  if (text.find('\0') == absl::string_view::npos) return absl::OkStatus();
  return ArgumentError(absl::StatusCode::kInvalidArgument, operation, argument,
                       "holds a NUL");
}

absl::Status CheckHost(Operation operation, absl::string_view argument,
                       absl::string_view host) {
  if (host.size() > kMaxHost) {
    return ArgumentError(
        absl::StatusCode::kInvalidArgument, operation, argument,
        absl::StrCat(host.size(), " bytes are more than ", kMaxHost));
  }
  return CheckNoNul(operation, argument, host);
}

absl::Status CheckAscii(Operation operation, absl::string_view argument,
                        absl::string_view host) {
  if (std::all_of(host.begin(), host.end(), absl::ascii_isascii)) {
    return absl::OkStatus();
  }
  return ArgumentError(
      absl::StatusCode::kInvalidArgument, operation, argument,
      absl::StrCat(Quote(host),
                   " is not ASCII; write it as the DNS has it, \"xn--...\""));
}

}  // namespace internal
}  // namespace mortise
