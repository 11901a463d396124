// The information that a failed TLS call carries, beyond mortise/core/error.h.
//
//   absl::Status status = tls.Handshake();
//   if (mortise::IsCertificateError(status)) std::cerr << status.message();
//   // do_handshake 192.0.2.1:443: the certificate of "CN=old.example":
//   // certificate has expired (on 2024-01-01T00:00:00Z) [TLS_CERTIFICATE]
//
// The error's domain is ErrorDomain::kTls. Its native code is BoringSSL's
// packed number. Errors of the underlying socket (IsConnectionReset, IsTimeout)
// are passed on unchanged. No message contains a key or a passphrase.
//
// All functions here are thread-safe and do not block.

#ifndef MORTISE_CORE_TLS_TLS_ERROR_H_
#define MORTISE_CORE_TLS_TLS_ERROR_H_

#include "absl/status/status.h"

namespace mortise {

// Each predicate below returns true if `status` is an error of this library
// with the meaning that the predicate's comment states.

// TLS failed, for any reason. Python: ssl.SSLError.
bool IsTlsError(const absl::Status& status);
// The peer's certificate was not accepted, or the peer has none:
// kUnauthenticated. Python: ssl.SSLCertVerificationError.
bool IsCertificateError(const absl::Status& status);
// The peer refused, with an alert: kPermissionDenied.
bool IsTlsAlert(const absl::Status& status);
// The stream ended although the peer had not ended TLS (close_notify), so that
// data may be missing: kDataLoss. Python: ssl.SSLEOFError.
bool IsTlsTruncated(const absl::Status& status);

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_ERROR_H_
