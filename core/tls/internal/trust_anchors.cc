#include "mortise/core/tls/internal/trust_anchors.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/tls/internal/certificate_reader.h"
#include "mortise/core/tls/internal/set_digest.h"
#include "mortise/core/tls/internal/x509_text.h"
#include "openssl/digest.h"
#include "openssl/stack.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace mortise {
namespace internal {
namespace {

// Extended key usages, as the bytes of their object identifiers. RFC 5280,
// section 4.2.1.12.
constexpr absl::string_view kAnyUse("\x55\x1d\x25\x00", 4);
constexpr absl::string_view kServerAuth = "\x2b\x06\x01\x05\x05\x07\x03\x01";
constexpr absl::string_view kClientAuth = "\x2b\x06\x01\x05\x05\x07\x03\x02";

bool Names(const std::vector<std::string>& uses, bool of_servers) {
  const absl::string_view use = of_servers ? kServerAuth : kClientAuth;
  for (const std::string& named : uses) {
    if (named == use || named == kAnyUse) {
      return true;
    }
  }
  return false;
}

std::string Fingerprint(const X509* certificate) {
  std::uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!X509_digest(certificate, EVP_sha256(), digest, &size)) return "";
  return std::string(reinterpret_cast<const char*>(digest), size);
}

bool Push(X509* certificate, STACK_OF(X509) * stack) {
  if (stack == nullptr || !sk_X509_push(stack, certificate)) return false;
  X509_up_ref(certificate);
  return true;
}

}  // namespace

TrustAnchors::TrustAnchors(bool of_servers)
    : of_servers_(of_servers),
      all_(sk_X509_new_null()),
      authorities_(sk_X509_new_null()),
      helpers_(sk_X509_new_null()) {}

bool TrustAnchors::Add(X509* certificate, const TrustSettings& settings) {
  // As in OpenSSL, a certificate that is trusted for other uses only is not
  // accepted for this use, even if another certificate vouches for it.
  if (Names(settings.rejected, of_servers_) ||
      (!settings.trusted.empty() && !Names(settings.trusted, of_servers_))) {
    return Distrust(certificate);
  }
  const std::string fingerprint = Fingerprint(certificate);
  if (fingerprint.empty()) return false;
  if (!trusted_.insert(fingerprint).second) return true;
  return Push(certificate, all_.get());
}

bool TrustAnchors::AddHelper(X509* certificate) {
  return Push(certificate, helpers_.get());
}

bool TrustAnchors::Distrust(const X509* certificate) {
  const std::string fingerprint = Fingerprint(certificate);
  if (fingerprint.empty()) return false;
  distrusted_.insert(fingerprint);
  return true;
}

bool TrustAnchors::Finish() {
  if (all_ == nullptr || authorities_ == nullptr || helpers_ == nullptr) {
    return false;
  }
  for (const std::string& fingerprint : distrusted_) {
    trusted_.erase(fingerprint);
  }
  std::vector<X509*> authorities;
  for (std::size_t i = 0; i < sk_X509_num(all_.get()); ++i) {
    X509* const certificate = sk_X509_value(all_.get(), i);
    // X509_check_ca also fills the values that BoringSSL caches in a
    // certificate.
    if (X509_check_ca(certificate) && IsTrusted(certificate)) {
      authorities.push_back(certificate);
    }
  }
  std::stable_sort(
      authorities.begin(), authorities.end(), [](X509* a, X509* b) {
        return TimeOf(X509_get0_notAfter(a)) > TimeOf(X509_get0_notAfter(b));
      });
  for (X509* const certificate : authorities) {
    if (!Push(certificate, authorities_.get())) return false;
  }
  return true;
}

std::string TrustAnchors::Digest() const {
  std::vector<std::string> all(trusted_.begin(), trusted_.end());
  for (const std::string& fingerprint : distrusted_) {
    all.push_back(absl::StrCat("not ", fingerprint));
  }
  return DigestOfSet(std::move(all));
}

bool TrustAnchors::IsTrusted(const X509* certificate) const {
  return trusted_.contains(Fingerprint(certificate));
}

bool TrustAnchors::IsDistrusted(const X509* certificate) const {
  return !distrusted_.empty() && distrusted_.contains(Fingerprint(certificate));
}

X509* TrustAnchors::IssuerOf(X509* certificate) const {
  for (std::size_t i = 0; i < sk_X509_num(authorities_.get()); ++i) {
    X509* const authority = sk_X509_value(authorities_.get(), i);
    if (X509_check_issued(authority, certificate) == X509_V_OK) {
      return authority;
    }
  }
  return nullptr;
}

}  // namespace internal
}  // namespace mortise
