// Whether a peer is who it says.
//
// The chain is BoringSSL's to judge (RFC 5280). What it leaves out is judged
// here: what the anchor of a chain must be, name constraints of IP addresses,
// which keys and signatures are strong enough, and whom a certificate is for
// (RFC 9525). So it is the same with every version of the library, and the
// reason can be told.

#ifndef MORTISE_CORE_TLS_INTERNAL_PEER_CHECK_H_
#define MORTISE_CORE_TLS_INTERNAL_PEER_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "openssl/x509.h"

namespace mortise {
namespace internal {

struct PeerCheck {
  // What is trusted.
  const TrustAnchors* anchors = nullptr;
  // Whether the peer is a server; else a client.
  bool of_server = true;
  // The DNS name or IP address that the certificate has to be for; empty for
  // any.
  absl::string_view host;
};

struct Refusal {
  // "the certificate of "CN=a": ..."; empty if there is nothing to refuse.
  std::string why;
  // TLS's number for it, for the peer. RFC 8446, section 6.2.
  std::uint8_t alert = 0;
};

// `chain` is what the peer sent, its own certificate first.
//
// A certificate that is trusted itself needs no chain: it has to be valid now,
// fit for its use, strong enough, and for the host. Else a chain of
// authorities has to lead to one that is trusted, whether that is a root or an
// intermediate. Every certificate of the chain, the trusted one as well, has to
// be valid now, to be an authority's and not to exclude the use.
Refusal CheckPeer(const PeerCheck& check, const STACK_OF(X509) * chain);

// Whether `pattern`, a certificate's DNS name, is for the host `name`. A
// wildcard is the whole of the leftmost label, stands for one label, and has
// two labels behind it at least.
bool MatchesDnsName(absl::string_view pattern, absl::string_view name);

// `host` as the bytes of an IP address: 4, 16, or none if it is no address. An
// IPv6 address may have a scope, which is not empty.
std::string IpAddressBytes(absl::string_view host);

// Whether `host` can be a DNS name: ASCII labels, of which the last is not a
// number. No top-level domain is one (RFC 3696, section 2), so that whatever
// ends in a number is meant as an IPv4 address: "127.1", "256.0.0.1", "0x7f.1".
bool IsDnsName(absl::string_view host);

// Whether `host`, which is neither of the two, is meant as an IP address:
// "::1%", "[::1]", "1.2.3.4.5".
bool IsMeantAsAddress(absl::string_view host);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_PEER_CHECK_H_
