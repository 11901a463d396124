// The errors of BoringSSL, and the few of TLS that are our own.

#ifndef MORTISE_CORE_TLS_INTERNAL_LIBRARY_ERROR_H_
#define MORTISE_CORE_TLS_INTERNAL_LIBRARY_ERROR_H_

#include <string>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/operation.h"

namespace mortise {
namespace internal {

// An error has a number: BoringSSL's own, which packs a library and a reason,
// or one of these, which have the same form.

// The stream ended without TLS having been ended (no close_notify).
inline constexpr int kTlsTruncated = (32 << 24) | 1;
// A forked process would send on a connection that another process went on
// with.
inline constexpr int kTlsOtherProcess = (32 << 24) | 2;

// Empties BoringSSL's queue of errors. Returns the number of the oldest error,
// or 0 if there was none.
int TakeLibraryError();

// Returns what can be said about a number without knowing where it comes from.
std::string LibraryErrorText(int number);

// Returns the error `number` of a connection to `peer`, an address or "". It
// says `text`, or what can be said about the number if `text` is empty.
ABSL_ATTRIBUTE_COLD absl::Status TlsError(Operation operation, int number,
                                          absl::string_view peer,
                                          absl::string_view text = "");

// Whether `status` is the error kTlsOtherProcess.
bool IsOfOtherProcess(const absl::Status& status);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_LIBRARY_ERROR_H_
