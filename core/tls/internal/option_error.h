// The errors of making a TlsContext. Each function empties BoringSSL's error
// queue.

#ifndef MORTISE_CORE_TLS_INTERNAL_OPTION_ERROR_H_
#define MORTISE_CORE_TLS_INTERNAL_OPTION_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/tls/file_error.h"

namespace mortise {
namespace internal {

absl::Status TlsOptionError(
    absl::string_view option, absl::string_view complaint,
    absl::StatusCode code = absl::StatusCode::kInvalidArgument);

// Returns the error that the file of an option cannot be used. It is the
// system's error, if there is one, since the option may be right.
absl::Status TlsFileError(absl::string_view option, absl::string_view file,
                          const tls::FileError& why);

absl::Status TlsOutOfMemory();

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_OPTION_ERROR_H_
