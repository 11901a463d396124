// The options of a context that are read from files and texts: the certificates
// that it trusts, those that are revoked, and its own certificate and key.

#ifndef MORTISE_CORE_TLS_INTERNAL_CREDENTIALS_H_
#define MORTISE_CORE_TLS_INTERNAL_CREDENTIALS_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/core/tls/internal/revocation_lists.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "mortise/core/tls/tls_context.h"
#include "openssl/base.h"

namespace mortise {
namespace internal {

// Reads the certificates of the option `trusted`. They vouch for servers if
// `of_servers` is true, and otherwise for clients.
absl::StatusOr<std::shared_ptr<const TrustAnchors>> LoadTrusted(
    const TlsPem& pem, bool of_servers);

// Reads the CRLs of the option `revoked`.
absl::StatusOr<std::shared_ptr<const RevocationLists>> LoadRevoked(
    const TlsPem& pem);

// Makes a server tell its clients which issuers' certificates it accepts.
absl::Status TellClients(const TrustAnchors& anchors, SSL_CTX* context);

// Reads the certificate chain, whose first certificate is the context's own.
absl::Status UseCertificate(const TlsPem& pem, SSL_CTX* context);

// Reads the key of the certificate. Call it after UseCertificate.
absl::Status UsePrivateKey(const TlsOptions& options, SSL_CTX* context);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_CREDENTIALS_H_
