// What of the options is read from files and texts: whom a context trusts, and
// who it is.

#ifndef MORTISE_CORE_TLS_INTERNAL_CREDENTIALS_H_
#define MORTISE_CORE_TLS_INTERNAL_CREDENTIALS_H_

#include "absl/status/status.h"
#include "mortise/tls_context.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// The roots in `pem`.
absl::Status UseTrustedRoots(const TlsPem& pem, SSL_CTX* context);

// Those of the OS.
absl::Status UseSystemRoots(SSL_CTX* context);

// The chain, its own certificate first.
absl::Status UseCertificate(const TlsPem& pem, SSL_CTX* context);

// The key of the certificate, after it.
absl::Status UsePrivateKey(const TlsOptions& options, SSL_CTX* context);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_CREDENTIALS_H_
