// Runs CheckPeer on certificates in PEM form, without a connection.

#ifndef MORTISE_TESTS_CORE_TLS_PEER_CHAIN_H_
#define MORTISE_TESTS_CORE_TLS_PEER_CHAIN_H_

#include <string>
#include <utility>

#include "mortise/core/tls/internal/certificate_reader.h"
#include "mortise/core/tls/internal/peer_check.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "openssl/x509.h"

namespace mortise {
namespace testing_tls {

struct PeerCase {
  // The certificates that are trusted, and those that only help to complete a
  // chain.
  std::string trusted;
  std::string helpers;
  // The certificates that the peer sends.
  std::string chain;
  std::string host = "localhost";
  bool of_server = true;
};

// Returns why the peer is refused, or an empty text if it is accepted.
inline std::string WhyRefused(const PeerCase& peer) {
  internal::TrustAnchors anchors(peer.of_server);
  for (const auto& read :
       internal::ReadCertificates(peer.trusted).certificates) {
    anchors.Add(read.certificate.get(), read.settings);
  }
  for (const auto& read :
       internal::ReadCertificates(peer.helpers).certificates) {
    anchors.AddHelper(read.certificate.get());
  }
  anchors.Finish();
  bssl::UniquePtr<STACK_OF(X509)> chain(sk_X509_new_null());
  for (auto& read : internal::ReadCertificates(peer.chain).certificates) {
    bssl::PushToStack(chain.get(), std::move(read.certificate));
  }
  internal::PeerCheck check;
  check.anchors = &anchors;
  check.of_server = peer.of_server;
  check.host = peer.host;
  return internal::CheckPeer(check, chain.get()).why;
}

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_CORE_TLS_PEER_CHAIN_H_
