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

// What is trusted to vouch for peers of one kind. It is filled once and does
// not change then, so many contexts share one, on any threads. Looking things
// up locks nothing, so a child that is forked meanwhile finds it usable.
class TrustAnchors {
 public:
  // For certificates of servers, or else of clients.
  explicit TrustAnchors(bool of_servers);

  // Those below return false if memory ran out.

  // Trusts a certificate, or never accepts it, if its settings say so. It may
  // be a root, an intermediate or a peer's own: one of an authority vouches for
  // others, every one vouches for itself.
  bool Add(X509* certificate, const TrustSettings& settings);
  // A certificate that only helps to find the way to one that is trusted.
  bool AddHelper(X509* certificate);
  // Never accepts it, wherever in a chain it is.
  bool Distrust(const X509* certificate);
  // To be called after the last of them.
  bool Finish();

  // Whether nothing is trusted.
  bool empty() const { return trusted_.empty(); }

  bool IsTrusted(const X509* certificate) const;
  bool IsDistrusted(const X509* certificate) const;

  // The authority that has issued a certificate; nullptr if none is trusted.
  // Of two with the same name and key, the one that is valid longer.
  X509* IssuerOf(X509* certificate) const;
  STACK_OF(X509) * helpers() const { return helpers_.get(); }
  // All that are trusted, for a server to tell its clients of.
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
