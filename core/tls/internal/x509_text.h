// Parts of a certificate, read out.

#ifndef MORTISE_CORE_TLS_INTERNAL_X509_TEXT_H_
#define MORTISE_CORE_TLS_INTERNAL_X509_TEXT_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "mortise/tls_certificate.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// "CN=a,O=b", of printable ASCII.
std::string NameText(const X509_NAME* name);

// absl::InfinitePast() iff it is no time.
absl::Time TimeOf(const ASN1_TIME* time);

struct AlternativeNames {
  std::vector<std::string> dns;
  // As bytes, 4 or 16.
  std::vector<std::string> ip;
};
AlternativeNames AlternativeNamesOf(X509* certificate);

std::string DerOf(X509* certificate);

TlsCertificate Describe(X509* certificate);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_X509_TEXT_H_
