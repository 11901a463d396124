#include "mortise/core/tls/tls_error.h"

#include <optional>

#include "absl/status/status.h"
#include "mortise/core/error.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace {

bool HasCode(const absl::Status& status, ErrorCode code) {
  const std::optional<Error> error = ErrorOf(status);
  return error.has_value() && error->domain == ErrorDomain::kTls &&
         error->code == code;
}

}  // namespace

bool IsTlsError(const absl::Status& status) {
  const std::optional<Error> error = ErrorOf(status);
  return error.has_value() && error->domain == ErrorDomain::kTls;
}

bool IsCertificateError(const absl::Status& status) {
  return HasCode(status, ErrorCode::kTlsCertificate);
}

bool IsTlsAlert(const absl::Status& status) {
  return HasCode(status, ErrorCode::kTlsAlert);
}

bool IsTlsTruncated(const absl::Status& status) {
  return HasCode(status, ErrorCode::kTlsTruncated);
}

}  // namespace mortise
