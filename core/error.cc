#include "mortise/core/error.h"

#include <initializer_list>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "mortise/core/internal/error_payload.h"
#include "mortise/platform/error_code.h"

namespace mortise {
namespace {

using internal::ErrorPayload;

// Whether `status` is an error of a platform or a timeout, and has one of
// `codes`.
bool HasCode(const absl::Status& status,
             std::initializer_list<ErrorCode> codes) {
  const ErrorPayload error(status);
  if (!error.present() || error.domain() == ErrorDomain::kUsage) return false;
  for (const ErrorCode code : codes) {
    if (error.code_name() == ErrorCodeName(code)) return true;
  }
  return false;
}

}  // namespace

std::optional<Error> ErrorOf(const absl::Status& status) {
  const ErrorPayload payload(status);
  if (!payload.present()) return std::nullopt;
  Error error;
  error.domain = payload.domain();
  error.native_code = payload.native();
  error.code = ErrorCodeFromName(payload.code_name());
  error.operation = std::string(payload.operation());
  error.address = std::string(payload.address());
  return error;
}

bool IsTimeout(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEtimedout});
}

bool IsConnectionTimedOut(const absl::Status& status) {
  return IsTimeout(status) && !IsOwnTimeout(status);
}

bool IsOwnTimeout(const absl::Status& status) {
  const ErrorPayload error(status);
  return error.present() && error.domain() == ErrorDomain::kTimeout;
}

bool IsCancelled(const absl::Status& status) {
  const ErrorPayload error(status);
  return error.present() && error.domain() == ErrorDomain::kCancelled;
}

bool IsWouldBlock(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEagain, ErrorCode::kEalready,
                          ErrorCode::kEinprogress});
}

bool IsInProgress(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEinprogress});
}

bool IsConnectionRefused(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEconnrefused});
}

bool IsConnectionReset(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEconnreset});
}

bool IsConnectionAborted(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEconnaborted});
}

bool IsBrokenPipe(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEpipe, ErrorCode::kEshutdown});
}

bool IsNotConnected(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEnotconn, ErrorCode::kEdestaddrreq});
}

bool IsAddressInUse(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEaddrinuse});
}

bool IsAddressNotAvailable(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEaddrnotavail});
}

bool IsUnreachable(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEnetunreach, ErrorCode::kEhostunreach,
                          ErrorCode::kEnetdown, ErrorCode::kEhostdown});
}

bool IsNameNotFound(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEaiNoname, ErrorCode::kEaiNodata,
                          ErrorCode::kEaiAddrfamily, ErrorCode::kEaiService,
                          ErrorCode::kHostNotFound, ErrorCode::kNoData,
                          ErrorCode::kNameNotFound});
}

bool IsFileNotFound(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEnoent});
}

bool IsTooManyDescriptors(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEmfile, ErrorCode::kEnfile});
}

bool IsNoBufferSpace(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEnobufs});
}

bool IsAccessDenied(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kEacces, ErrorCode::kEperm});
}

bool IsUnsupported(const absl::Status& status) {
  return HasCode(status, {ErrorCode::kUnsupported, ErrorCode::kEafnosupport,
                          ErrorCode::kEpfnosupport, ErrorCode::kEprotonosupport,
                          ErrorCode::kEsocktnosupport, ErrorCode::kEnoprotoopt,
                          ErrorCode::kEopnotsupp, ErrorCode::kEnosys});
}

bool IsClosed(const absl::Status& status) {
  const ErrorPayload error(status);
  return error.present() && error.domain() == ErrorDomain::kUsage &&
         error.code_name() == ErrorCodeName(ErrorCode::kEbadf);
}

bool IsUsageError(const absl::Status& status) {
  const ErrorPayload error(status);
  return error.present() && error.domain() == ErrorDomain::kUsage;
}

}  // namespace mortise
