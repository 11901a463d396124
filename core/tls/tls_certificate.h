// What a certificate says, for programs that look at who the peer is.
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

// Python: the dictionary of ssl.SSLSocket.getpeercert.
struct TlsCertificate {
  // Distinguished names as RFC 2253 writes them: "CN=example.org,O=Example".
  // What is no printable ASCII is escaped.
  std::string subject;
  std::string issuer;
  // Hexadecimal digits, lower case.
  std::string serial_number;
  absl::Time not_before;
  absl::Time not_after;
  // The subject's alternative names: DNS names, and IP addresses as text.
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  // The SHA-256 of `der`, in hexadecimal digits, lower case.
  std::string sha256;
  // The certificate itself (X.690). Python: getpeercert(binary_form=True).
  std::string der;
};

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_CERTIFICATE_H_
