// Name constraints (RFC 5280, section 4.2.1.10), all of them.
//
// BoringSSL checks the constraints of DNS names, email addresses, URIs and
// directory names. At a constrained name of another kind, which means at an IP
// address, its check of the certificate ends with
// X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, and the names after that name stay
// unchecked. A caller may ignore that error only because every name of every
// kind is checked here as well.

#ifndef MORTISE_CORE_TLS_INTERNAL_NAME_CONSTRAINTS_H_
#define MORTISE_CORE_TLS_INTERNAL_NAME_CONSTRAINTS_H_

#include <string>

#include "openssl/x509.h"

namespace mortise {
namespace internal {

struct NameViolation {
  // "its IP address 10.0.0.1 is excluded by "CN=Between""; empty if there is
  // none.
  std::string why;
  X509* certificate = nullptr;
};

// Checks every certificate of `chain` against the constraints of every
// certificate behind it. The peer's own certificate is the first of the chain,
// and the anchor is the last. If a kind of names is constrained and a
// certificate has a name of this kind, each of these is a violation:
//   - a kind of names that cannot be checked
//   - a constraint that cannot be understood
//   - a name that cannot be understood
NameViolation FindNameViolation(const STACK_OF(X509) * chain);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_NAME_CONSTRAINTS_H_
