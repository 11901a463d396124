// The contents of a certificate, for programs that check the peer's identity.
//
//   const std::optional<mortise::TlsCertificate> peer = tls.PeerCertificate();
//   if (peer.has_value()) {
//     std::cout << peer->subject << " until " << peer->not_after;
//   }

#ifndef MORTISE_CORE_TLS_TLS_CERTIFICATE_H_
#define MORTISE_CORE_TLS_TLS_CERTIFICATE_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace mortise {

// Python: the dictionary of ssl.SSLSocket.getpeercert. A value type: copies
// share nothing.
struct TlsCertificate {
  // Distinguished names as RFC 2253 writes them: "CN=example.org,O=Example".
  // Characters that are not printable ASCII are escaped.
  std::string subject;
  std::string issuer;
  // Hexadecimal digits, lower case.
  std::string serial_number;
  absl::Time not_before;
  absl::Time not_after;
  // The subject's alternative names: DNS names, and IP addresses in text form.
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  // The SHA-256 of `der`, in hexadecimal digits, lower case.
  std::string sha256;
  // The certificate itself (X.690). Python: getpeercert(binary_form=True).
  std::string der;
};

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_CERTIFICATE_H_
