#include "mortise/core/tls/internal/option_error.h"

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "openssl/err.h"

namespace mortise {
namespace internal {

absl::Status TlsOptionError(absl::string_view option,
                            absl::string_view complaint,
                            absl::StatusCode code) {
  ERR_clear_error();
  return ArgumentError(code, Operation::kSsl, option, complaint);
}

absl::Status TlsOutOfMemory() {
  ERR_clear_error();
  return absl::ResourceExhaustedError("ssl: out of memory");
}

}  // namespace internal
}  // namespace mortise
