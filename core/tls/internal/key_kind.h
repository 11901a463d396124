// What kinds of public keys there are, by name.

#ifndef MORTISE_CORE_TLS_INTERNAL_KEY_KIND_H_
#define MORTISE_CORE_TLS_INTERNAL_KEY_KIND_H_

#include <string>

#include "openssl/base.h"

namespace mortise {
namespace internal {

// Keys of RSA, Ed25519, and of the curves P-256, P-384 and P-521 can take part
// in TLS (RFC 8446, section 4.2.3). Returns a text about a certificate's key of
// any other kind, as "its key is of the kind RSA-PSS, which is not supported";
// the kind is its object identifier if it has no name here. Returns an empty
// text if the key can be used.
std::string WhyKeyIsUnusable(const X509* certificate);

// The same for keys that the library cannot even read, so that nothing that
// they have signed can be verified.
std::string WhyKeyIsUnknown(const X509* certificate);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_KEY_KIND_H_
