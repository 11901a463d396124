// Reads parts of a certificate as text and other plain values.

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

// Returns a name in the form of RFC 2253, such as "CN=a,O=b". Everything except
// printable ASCII is escaped.
std::string NameText(const X509_NAME* name);

// The same in double quotes, for an error message. A long name is cut.
std::string QuotedName(const X509_NAME* name);

// Returns `text`, or only its beginning if it is too long for a message.
std::string Shortened(std::string text);

// Returns the text of an IP address, such as "10.0.0.1". If `bytes` are not an
// IP address, returns them as hexadecimal digits.
std::string IpText(absl::string_view bytes);

// Returns absl::InfinitePast() if `time` is not a valid time.
absl::Time TimeOf(const ASN1_TIME* time);

struct AlternativeNames {
  std::vector<std::string> dns;
  // The bytes of each address. Valid ones have 4 or 16.
  std::vector<std::string> ip;
};
AlternativeNames AlternativeNamesOf(X509* certificate);

std::string DerOf(X509* certificate);

// Whether the certificate names itself as its issuer. RFC 5280, section 6.1.
bool IsSelfIssued(X509* certificate);

// Returns the bytes of `string`. They are valid as long as `string`.
absl::string_view BytesOf(const ASN1_STRING* string);

TlsCertificate Describe(X509* certificate);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_X509_TEXT_H_
