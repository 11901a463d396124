// Verifies the identity of a peer.
//
// BoringSSL checks the chain (RFC 5280). This file checks what BoringSSL leaves
// out:
//   - what the anchor of a chain must be
//   - name constraints of IP addresses
//   - which keys and signatures are strong enough
//   - which host a certificate is for (RFC 9525)
// So the result is the same with every version of BoringSSL, and the reason of
// a refusal can be told.

#ifndef MORTISE_CORE_TLS_INTERNAL_PEER_CHECK_H_
#define MORTISE_CORE_TLS_INTERNAL_PEER_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/core/tls/internal/revocation_lists.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "openssl/x509.h"

namespace mortise {
namespace internal {

struct PeerCheck {
  // The trusted certificates.
  const TrustAnchors* anchors = nullptr;
  // The certificates that are revoked; nullptr if there are no lists.
  const RevocationLists* revoked = nullptr;
  // Whether the peer is a server. If false, it is a client.
  bool of_server = true;
  // The DNS name or IP address that the certificate must be for; empty if it
  // may be for any.
  absl::string_view host;
};

struct Refusal {
  // "the certificate of "CN=a": ..."; empty if there is nothing to refuse.
  std::string why;
  // The TLS alert to send to the peer. RFC 8446, section 6.2.
  std::uint8_t alert = 0;
};

// Checks the certificates that the peer sent. Its own certificate is the first
// of `chain`.
//
// The peer's certificate must be all of these:
//   - valid now
//   - fit for its use
//   - strong enough
//   - for the host
// If it is not trusted itself, a chain of authorities must lead from it to a
// certificate that is trusted, which may be a root or an intermediate. Every
// other certificate of the chain, including the trusted one, must be valid now
// and strong enough, must be an authority's, and must not exclude the use.
// No certificate of the chain may be revoked by its issuer, as far as the
// issuer is in the chain or trusted.
Refusal CheckPeer(const PeerCheck& check, const STACK_OF(X509) * chain);

// Whether `pattern`, a certificate's DNS name, is for the host `name`. A
// wildcard is the whole leftmost label, stands for exactly one label, and must
// have at least two labels behind it.
bool MatchesDnsName(absl::string_view pattern, absl::string_view name);

// Returns the bytes of the IP address `host`: 4 or 16, or none if `host` is no
// IP address. An IPv6 address may have a scope, which must not be empty.
std::string IpAddressBytes(absl::string_view host);

// Whether `host` can be a DNS name: ASCII labels, of which the last is not a
// number. No top-level domain is a number (RFC 3696, section 2), so a host that
// ends in a number is meant as an IPv4 address: "127.1", "256.0.0.1", "0x7f.1".
bool IsDnsName(absl::string_view host);

// Whether `host`, which is neither an IP address nor a DNS name, is meant as an
// IP address: "::1%", "[::1]", "1.2.3.4.5".
bool IsMeantAsAddress(absl::string_view host);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_PEER_CHECK_H_
