// The error numbers of TLS, and their meaning.
//
// The layer returns these numbers where the platform under it returns the OS's.
// They are BoringSSL's own packed numbers (library and reason), and a few of
// ours in the same form. All of them are larger than an OS's numbers, which
// tells them apart.
//
// A number does not say by itself which certificate was wrong and why. As with
// errno, the text travels beside it: the thread whose call failed keeps it
// until its next failure.

#ifndef MORTISE_PLATFORM_TLS_TLS_ERRORS_H_
#define MORTISE_PLATFORM_TLS_TLS_ERRORS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/error_calls.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/forwarding.h"

namespace mortise {
namespace tls {

// The stream ended without TLS having been ended (no close_notify).
inline constexpr int kTruncatedNumber = (32 << 24) | 1;
// A send that would have waited was followed by a send of other data.
inline constexpr int kBadRetryNumber = (32 << 24) | 2;
// A forked process would send on a connection that another process went on
// with.
inline constexpr int kOtherProcessNumber = (32 << 24) | 3;

bool IsTlsNumber(int native);

// Keeps `text` as the text of `native`, which this thread is about to return.
void SetErrorText(int native, absl::string_view text);

// Returns what can be said about a number without knowing where it comes from.
std::string GeneralErrorText(int native);

// Empties BoringSSL's queue of errors. Returns the number of the oldest error,
// or 0 if there was none.
int TakeLibraryError();

// Adds the numbers above to those of the platform under the layer.
class Errors final : public ForwardingErrorCalls {
 public:
  using ForwardingErrorCalls::ForwardingErrorCalls;

  ErrorDomain DomainOf(int native) const override;
  ErrorCode Code(int native) const override;
  std::string Text(ErrorDomain domain, int native) const override;
};

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_TLS_ERRORS_H_
