#include "mortise/platform/tls/tls_errors.h"

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "openssl/err.h"
#include "openssl/ssl.h"

namespace mortise {
namespace tls {
namespace {

static_assert(kTruncatedNumber == ERR_PACK(ERR_LIB_USER, 1) ||
                  ERR_LIB_USER != 32,
              "our numbers lie among those that BoringSSL leaves to its users");

struct LastError {
  int native = 0;
  std::string text;
};

LastError& OfThisThread() {
  thread_local LastError last;
  return last;
}

// A reason from here on is 1000 plus the number of an alert that came in.
constexpr int kAlertReasons = 1000;

std::uint32_t Packed(int native) { return static_cast<std::uint32_t>(native); }

bool IsSslReason(int native) {
  return ERR_GET_LIB(Packed(native)) == ERR_LIB_SSL;
}

}  // namespace

bool IsTlsNumber(int native) { return native >= (1 << 24); }

void SetErrorText(int native, absl::string_view text) {
  LastError& last = OfThisThread();
  last.native = native;
  last.text.assign(text.data(), text.size());
}

std::string GeneralErrorText(int native) {
  if (native == kTruncatedNumber) {
    return "the stream ended without the end of TLS";
  }
  if (native == kBadRetryNumber) {
    return "the last send was cut short and has to be repeated with the same "
           "data";
  }
  if (native == kOtherProcessNumber) {
    return "another process has sent on this connection since the fork";
  }
  const int reason = ERR_GET_REASON(Packed(native));
  if (IsSslReason(native)) {
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
  const char* const name = ERR_reason_error_string(Packed(native));
  // For a number that it does not know the library says only that.
  if (name == nullptr || absl::string_view(name) == "unknown error") {
    return absl::StrCat("TLS error ", native);
  }
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

int TakeLibraryError() {
  const std::uint32_t packed = ERR_peek_error();
  ERR_clear_error();
  return static_cast<int>(packed);
}

ErrorDomain Errors::DomainOf(int native) const {
  return IsTlsNumber(native) ? ErrorDomain::kTls : next().DomainOf(native);
}

ErrorCode Errors::Code(int native) const {
  if (!IsTlsNumber(native)) return next().Code(native);
  if (native == kTruncatedNumber) return ErrorCode::kTlsTruncated;
  if (native == kBadRetryNumber || native == kOtherProcessNumber) {
    return ErrorCode::kEinval;
  }
  const int reason = ERR_GET_REASON(Packed(native));
  if (IsSslReason(native)) {
    if (reason > kAlertReasons) return ErrorCode::kTlsAlert;
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED ||
        reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE ||
        reason == SSL_R_NO_CERTIFICATE_SET) {
      return ErrorCode::kTlsCertificate;
    }
  }
  return ErrorCode::kTlsProtocol;
}

std::string Errors::Text(ErrorDomain domain, int native) const {
  if (!IsTlsNumber(native)) return next().Text(domain, native);
  const LastError& last = OfThisThread();
  if (last.native == native && !last.text.empty()) return last.text;
  return GeneralErrorText(native);
}

}  // namespace tls
}  // namespace mortise
