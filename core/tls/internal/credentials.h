// What of the options is read from files and texts: which certificates a
// context trusts, and which are its own.

#ifndef MORTISE_CORE_TLS_INTERNAL_CREDENTIALS_H_
#define MORTISE_CORE_TLS_INTERNAL_CREDENTIALS_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "mortise/core/tls/tls_context.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// What the option `trusted` names, to vouch for servers or else for clients.
absl::StatusOr<std::shared_ptr<const TrustAnchors>> LoadTrusted(
    const TlsPem& pem, bool of_servers);

// Makes a server tell its clients whose certificates it wants.
absl::Status TellClients(const TrustAnchors& anchors, SSL_CTX* context);

// The chain, its own certificate first.
absl::Status UseCertificate(const TlsPem& pem, SSL_CTX* context);

// The key of the certificate, after it.
absl::Status UsePrivateKey(const TlsOptions& options, SSL_CTX* context);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_CREDENTIALS_H_
