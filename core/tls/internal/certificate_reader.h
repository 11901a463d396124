// The certificates in a text in PEM form.

#ifndef MORTISE_CORE_TLS_INTERNAL_CERTIFICATE_READER_H_
#define MORTISE_CORE_TLS_INTERNAL_CERTIFICATE_READER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// The settings beside the certificate in OpenSSL's TRUSTED CERTIFICATE blocks:
// the uses for which the certificate is trusted, and the uses for which it
// never is. If there are none, it is trusted for every use. Uses are extended
// key usages, as the bytes of their object identifiers.
struct TrustSettings {
  std::vector<std::string> trusted;
  std::vector<std::string> rejected;
};

struct ReadCertificate {
  bssl::UniquePtr<X509> certificate;
  TrustSettings settings;
  // Where the certificate is, from PemBlock::Place.
  std::string place;
};

struct CertificateText {
  std::vector<ReadCertificate> certificates;
  // What is wrong with the first certificate that could not be read, with its
  // place; empty if all could be read.
  std::string fault;
  // If there is neither a certificate nor a fault, the reason; may be empty.
  std::string why_none;
};

// Reads CERTIFICATE, X509 CERTIFICATE and TRUSTED CERTIFICATE blocks. Blocks of
// other kinds are skipped. Certificates that cannot be read are skipped as
// well, and the first of them is told in `fault`.
CertificateText ReadCertificates(absl::string_view text);

// Reads a certificate in DER form. Returns nullptr if `der` is not exactly one
// certificate.
bssl::UniquePtr<X509> CertificateOf(absl::string_view der);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_CERTIFICATE_READER_H_
