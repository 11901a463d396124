// Which certificates end a chain.

#ifndef MORTISE_CORE_TLS_INTERNAL_TRUST_ANCHORS_H_
#define MORTISE_CORE_TLS_INTERNAL_TRUST_ANCHORS_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "mortise/core/tls/internal/certificate_reader.h"
#include "openssl/base.h"
#include "openssl/x509.h"

namespace mortise {
namespace internal {

// The certificates that are trusted to vouch for servers, or for clients. The
// object is filled once and does not change afterwards, so contexts on any
// threads can share one. A look-up locks nothing, so a child that is forked
// during a look-up can use the object.
class TrustAnchors {
 public:
  // For certificates of servers if `of_servers` is true, and otherwise of
  // clients.
  explicit TrustAnchors(bool of_servers);

  // The next four functions return false if memory ran out.

  // Trusts a certificate, unless its settings say that it is never accepted. It
  // may be a root, an intermediate or a peer's own. Every trusted certificate
  // vouches for itself, and the certificate of an authority vouches for others.
  bool Add(X509* certificate, const TrustSettings& settings);
  // Adds a certificate that is not trusted but helps to find a chain to a
  // trusted one.
  bool AddHelper(X509* certificate);
  // Never accepts the certificate, wherever it is in a chain.
  bool Distrust(const X509* certificate);
  // Call this after the last of the functions above.
  bool Finish();

  // Whether nothing is trusted.
  bool empty() const { return trusted_.empty(); }

  // Returns 32 bytes that are the same if the same is trusted.
  std::string Digest() const;

  bool IsTrusted(const X509* certificate) const;
  bool IsDistrusted(const X509* certificate) const;

  // Returns the trusted authority that has issued a certificate, or nullptr if
  // there is none. Of two authorities with the same name and key, returns the
  // one that is valid longer.
  X509* IssuerOf(X509* certificate) const;
  STACK_OF(X509) * helpers() const { return helpers_.get(); }
  // All certificates that Add has taken. A server tells its clients about those
  // for which IsTrusted is true.
  STACK_OF(X509) * all() const { return all_.get(); }

 private:
  // By the SHA-256 of their DER form.
  using Fingerprints = absl::flat_hash_set<std::string>;

  const bool of_servers_;
  Fingerprints trusted_;
  Fingerprints distrusted_;
  bssl::UniquePtr<STACK_OF(X509)> all_;
  bssl::UniquePtr<STACK_OF(X509)> authorities_;
  bssl::UniquePtr<STACK_OF(X509)> helpers_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_TRUST_ANCHORS_H_
