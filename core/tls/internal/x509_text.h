// Parts of a certificate, read out.

#ifndef MORTISE_CORE_TLS_INTERNAL_X509_TEXT_H_
#define MORTISE_CORE_TLS_INTERNAL_X509_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/tls/tls_certificate.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// "CN=a,O=b" as RFC 2253 writes it, with everything but printable ASCII
// escaped.
std::string NameText(const X509_NAME* name);

// The same in double quotes, for an error message: a long one is cut.
std::string QuotedName(const X509_NAME* name);

// `text` as it is, or its beginning if it would not fit into a message.
std::string Shortened(std::string text);

// "10.0.0.1" of an IP address's bytes; hexadecimal digits if they are none.
std::string IpText(absl::string_view bytes);

// absl::InfinitePast() if it is no time.
absl::Time TimeOf(const ASN1_TIME* time);

struct AlternativeNames {
  std::vector<std::string> dns;
  // As bytes, 4 or 16.
  std::vector<std::string> ip;
};
AlternativeNames AlternativeNamesOf(X509* certificate);

std::string DerOf(X509* certificate);

// Whether it names itself as its issuer. RFC 5280, section 6.1.
bool IsSelfIssued(X509* certificate);

// They are the string's, and live as long.
absl::string_view BytesOf(const ASN1_STRING* string);

TlsCertificate Describe(X509* certificate);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_X509_TEXT_H_
