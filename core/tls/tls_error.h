// What a failed TLS call tells, beyond mortise/core/error.h.
//
//   absl::Status status = tls.Handshake();
//   if (mortise::IsCertificateError(status)) std::cerr << status.message();
//   // do_handshake 192.0.2.1:443: the certificate of "CN=old.example":
//   // certificate has expired (on 2024-01-01T00:00:00Z) [TLS_CERTIFICATE]
//
// The error's domain is ErrorDomain::kTls, its native code BoringSSL's packed
// number. What the socket below says (IsConnectionReset, IsTimeout) stays what
// it is. No text contains a key or a passphrase.
//
// Everything here is safe to call from any thread.

#ifndef MORTISE_CORE_TLS_TLS_ERROR_H_
#define MORTISE_CORE_TLS_TLS_ERROR_H_

#include "absl/status/status.h"

namespace mortise {

// Each is true iff `status` is an error of this library and …

// … TLS failed, in whatever way. Python: ssl.SSLError.
bool IsTlsError(const absl::Status& status);
// … the peer's certificate was not accepted, or it has none: kUnauthenticated.
// Python: ssl.SSLCertVerificationError.
bool IsCertificateError(const absl::Status& status);
// … the peer refused, with an alert: kPermissionDenied.
bool IsTlsAlert(const absl::Status& status);
// … the stream ended without the peer having ended TLS (close_notify), so that
// there is no telling whether all of it came: kDataLoss.
// Python: ssl.SSLEOFError.
bool IsTlsTruncated(const absl::Status& status);

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_ERROR_H_
