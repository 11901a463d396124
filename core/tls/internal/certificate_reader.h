// The certificates in a text in PEM form.

#ifndef MORTISE_CORE_TLS_INTERNAL_CERTIFICATE_READER_H_
#define MORTISE_CORE_TLS_INTERNAL_CERTIFICATE_READER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// What OpenSSL's TRUSTED CERTIFICATE blocks say beside the certificate: for
// which uses (extended key usages, as the bytes of their object identifiers) it
// is trusted, and for which it never is. Nothing said is trust for every use.
struct TrustSettings {
  std::vector<std::string> trusted;
  std::vector<std::string> rejected;
};

struct ReadCertificate {
  bssl::UniquePtr<X509> certificate;
  TrustSettings settings;
  // PemBlock::Place.
  std::string place;
};

struct CertificateText {
  std::vector<ReadCertificate> certificates;
  // What is wrong with the first block of a certificate that could not be read,
  // with its place; empty if all could.
  std::string fault;
  // Why there is no certificate and no fault either; may be empty.
  std::string why_none;
};

// Reads CERTIFICATE, X509 CERTIFICATE and TRUSTED CERTIFICATE blocks. Blocks of
// other kinds are passed over, as is what cannot be read: the rest counts.
CertificateText ReadCertificates(absl::string_view text);

// `der` as a certificate; nullptr if it is not exactly one.
bssl::UniquePtr<X509> CertificateOf(absl::string_view der);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_CERTIFICATE_READER_H_
