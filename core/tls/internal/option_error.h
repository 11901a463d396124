// The errors of making a TlsContext. Each function empties BoringSSL's error
// queue.

#ifndef MORTISE_CORE_TLS_INTERNAL_OPTION_ERROR_H_
#define MORTISE_CORE_TLS_INTERNAL_OPTION_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

absl::Status TlsOptionError(
    absl::string_view option, absl::string_view complaint,
    absl::StatusCode code = absl::StatusCode::kInvalidArgument);

absl::Status TlsOutOfMemory();

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_OPTION_ERROR_H_
