// The kinds of public keys in certificates, by name.

#ifndef MORTISE_CORE_TLS_INTERNAL_KEY_KIND_H_
#define MORTISE_CORE_TLS_INTERNAL_KEY_KIND_H_

#include <string>

#include "openssl/base.h"

namespace mortise {
namespace internal {

// Keys of RSA, Ed25519, and of the curves P-256, P-384 and P-521 can take part
// in TLS (RFC 8446, section 4.2.3). If the key of `certificate` is one of
// these, returns an empty text. Otherwise returns the reason why it cannot be
// used: "its key is of the kind RSA-PSS, which is not supported". A kind
// without a name here is written as its object identifier.
std::string WhyKeyIsUnusable(const X509* certificate);

// The same for keys that BoringSSL cannot read. Nothing that such a key has
// signed can be verified.
std::string WhyKeyIsUnknown(const X509* certificate);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_KEY_KIND_H_
