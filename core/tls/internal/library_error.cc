#include "mortise/core/tls/internal/library_error.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/error_code.h"
#include "openssl/err.h"
#include "openssl/ssl.h"

namespace mortise {
namespace internal {
namespace {

static_assert(kTlsTruncated == ERR_PACK(ERR_LIB_USER, 1) || ERR_LIB_USER != 32,
              "our numbers lie among those that BoringSSL leaves to its users");

// A reason from here on is 1000 plus the number of an alert that came in.
constexpr int kAlertReasons = 1000;

std::uint32_t Packed(int number) { return static_cast<std::uint32_t>(number); }

bool IsSslReason(int number) {
  return ERR_GET_LIB(Packed(number)) == ERR_LIB_SSL;
}

ErrorCode CodeOf(int number) {
  if (number == kTlsTruncated) return ErrorCode::kTlsTruncated;
  if (number == kTlsOtherProcess) return ErrorCode::kEinval;
  const int reason = ERR_GET_REASON(Packed(number));
  if (IsSslReason(number)) {
    if (reason > kAlertReasons) return ErrorCode::kTlsAlert;
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED ||
        reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE ||
        reason == SSL_R_NO_CERTIFICATE_SET) {
      return ErrorCode::kTlsCertificate;
    }
  }
  return ErrorCode::kTlsProtocol;
}

}  // namespace

int TakeLibraryError() {
  const std::uint32_t packed = ERR_peek_error();
  ERR_clear_error();
  return static_cast<int>(packed);
}

std::string LibraryErrorText(int number) {
  if (number == kTlsTruncated) {
    return "the stream ended without the end of TLS";
  }
  if (number == kTlsOtherProcess) {
    return "another process has sent on this connection since the fork";
  }
  const int reason = ERR_GET_REASON(Packed(number));
  if (IsSslReason(number)) {
    if (reason > kAlertReasons) {
      return absl::StrCat("the peer sent the alert '",
                          SSL_alert_desc_string_long(reason - kAlertReasons),
                          "'");
    }
    switch (reason) {
      case SSL_R_HTTP_REQUEST:
      case SSL_R_HTTPS_PROXY_REQUEST:
      case SSL_R_WRONG_VERSION_NUMBER:
        return "the peer does not speak TLS";
      case SSL_R_CERTIFICATE_VERIFY_FAILED:
        return "the peer's certificate was not accepted";
      case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
        return "the peer has no certificate";
      default:
        break;
    }
  }
  const char* const name = ERR_reason_error_string(Packed(number));
  // For a number that it does not know the library says only that.
  if (name == nullptr || absl::string_view(name) == "unknown error") {
    return absl::StrCat("TLS error ", number);
  }
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

absl::Status TlsError(Operation operation, int number, absl::string_view peer,
                      absl::string_view text) {
  return LibraryError(ErrorDomain::kTls, operation, CodeOf(number), number,
                      text.empty() ? LibraryErrorText(number) : text, peer);
}

bool IsOfOtherProcess(const absl::Status& status) {
  const std::optional<Error> error = ErrorOf(status);
  return error.has_value() && error->domain == ErrorDomain::kTls &&
         error->native_code == kTlsOtherProcess;
}

}  // namespace internal
}  // namespace mortise
