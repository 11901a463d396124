// Which certificates their issuers have revoked: certificate revocation lists
// (CRLs), RFC 5280, section 5.

#ifndef MORTISE_CORE_TLS_INTERNAL_REVOCATION_LISTS_H_
#define MORTISE_CORE_TLS_INTERNAL_REVOCATION_LISTS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// The object is filled once and does not change afterwards, so contexts on any
// threads can share one. A look-up locks nothing, so a child that is forked
// during a look-up can use the object.
class RevocationLists {
 public:
  // Adds the X509 CRL blocks of `text`, at least one. Blocks of other kinds are
  // skipped. Returns false, and says why in `*why`, if there is no such block,
  // or one that cannot be read or used.
  bool Read(absl::string_view text, std::string* why);

  // Returns what the lists say about a certificate that `issuer` has issued:
  //   X509_V_OK                         it is not revoked, or nobody says so
  //   X509_V_ERR_CERT_REVOKED           a list of the issuer has it
  //   X509_V_ERR_CRL_HAS_EXPIRED        every list of the issuer has expired
  //   X509_V_ERR_CRL_SIGNATURE_FAILURE  there are lists under the issuer's
  //                                     name, and the issuer has signed none
  int Check(X509* certificate, X509* issuer) const;

  // Returns 32 bytes that are the same for the same lists in any order.
  std::string Digest() const;

 private:
  class List;

  std::vector<std::shared_ptr<const List>> lists_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_REVOCATION_LISTS_H_
