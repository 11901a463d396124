// Name constraints (RFC 5280, section 4.2.1.10), all of them.
//
// BoringSSL checks those of DNS names, email addresses, URIs and directory
// names. At a name that is constrained otherwise, which is to say at an IP
// address, its check of the certificate ends with
// X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, so whatever comes after that name
// stays unchecked. Only where every name of every kind is checked here as well
// may that error be passed over.

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

// Checks every certificate of `chain`, the peer's own first and the anchor
// last, against the constraints of every one behind it. Names of a kind that
// cannot be checked, and constraints or names that cannot be understood, are
// violations where both the kind is constrained and a name of it is there.
NameViolation FindNameViolation(const STACK_OF(X509) * chain);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_NAME_CONSTRAINTS_H_
