// What the connections of a program have in common under TLS: whom it trusts,
// who it is, and what it agrees to.
//
//   absl::StatusOr<mortise::TlsContext> context =
//       mortise::TlsContext::Client();
//   if (!context.ok()) return context.status();
//   absl::StatusOr<mortise::TlsSocket> tls = mortise::TlsSocket::Create(
//       *context, std::move(socket), "example.org");
//
// A server says who it is:
//
//   mortise::TlsOptions options;
//   options.certificate.file = "chain.pem";
//   options.private_key.file = "key.pem";
//   absl::StatusOr<mortise::TlsContext> context =
//       mortise::TlsContext::Server(options);
//
// A client verifies by default: that the certificate's chain ends at one that
// the operating system trusts, that every certificate in it is valid now, may
// do what it does there, keeps to the name constraints of those above it (RFC
// 5280, section 4.2.1.10, those of IP addresses too), has a key and a signature
// that cannot be forged, and that the first is for the host that is talked to.
// Renegotiation and compression do not exist; TLS 1.2 is the oldest version.
//
// Keys of RSA (2048 bits at least), of the curves P-256, P-384 and P-521 and of
// Ed25519 are accepted, of servers and of clients. BoringSSL has no RSA-PSS and
// Ed448 keys: a context with such a certificate is refused. (Signatures with
// RSA-PSS are by plain RSA keys, and are accepted.)
//
// The operating system's certificates are read once per process and shared by
// all contexts that trust them. A context that is made after their files have
// changed reads them again; one that exists keeps what it has. SSL_CERT_FILE (a
// file) and SSL_CERT_DIR (folders, separated as in PATH) name others in their
// place, as they do for OpenSSL, except in a set-user-ID or set-group-ID
// program. In these files what cannot be read is passed over.
//
// A context is a small value that shares what it holds: copies are one context.
// It does not change, and is safe to use from any thread.

#ifndef MORTISE_CORE_TLS_TLS_CONTEXT_H_
#define MORTISE_CORE_TLS_TLS_CONTEXT_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mortise {

namespace internal {
class TlsContextRep;
}  // namespace internal

enum class TlsVersion {
  kTls12 = 12,
  kTls13 = 13,
};

// "TLSv1.3".
absl::string_view TlsVersionName(TlsVersion version);

// What has to be true of the peer's certificate.
enum class TlsVerify {
  // All of it. The only choice that keeps others from listening and from
  // answering in the peer's place.
  kFull,
  // All but the host name: any host that one of the trusted roots vouches for.
  kCaOnly,
  // Nothing. Anybody can be the peer, and nobody notices.
  kNoneInsecure,
};

// What a server wants of its clients' certificates.
enum class TlsClientCertificate {
  kNone,
  // Verified if there is one.
  kOptional,
  kRequired,
};

// Text in PEM form (RFC 7468), or the path (UTF-8) of a file of it, of at most
// 16 MiB. At most one of them.
//
// Certificates are the blocks CERTIFICATE, X509 CERTIFICATE and TRUSTED
// CERTIFICATE. Blocks of other kinds, text around blocks, headers in them, any
// line ends, a byte-order mark and white space are passed over. A certificate
// that cannot be read is an error, which names the file, the block and the
// line.
struct TlsPem {
  std::string file;
  std::string text;

  bool empty() const { return file.empty() && text.empty(); }
};

class TlsContext;

struct TlsOptions {
  TlsVerify verify = TlsVerify::kFull;

  // The certificates to trust, in place of the operating system's. A context
  // that asks clients for certificates has no other.
  //
  // Each may be a root's, an intermediate's or a peer's own, and a chain ends
  // at the first of them that it reaches (OpenSSL: X509_V_FLAG_PARTIAL_CHAIN).
  // One of an authority (basic constraints; or a root of version 1, which has
  // none) vouches for others. Every other vouches for itself only: a peer that
  // has exactly this certificate is accepted, no matter which authority has
  // issued it, and nothing that it has signed is. In either case it has to be
  // valid now and not to exclude the use (servers or clients), and its limits
  // on names and on the length of a chain hold; a peer's own is for the host
  // that it names.
  //
  // The trust settings of TRUSTED CERTIFICATE blocks hold: one that is rejected
  // for the use or for any, or trusted for other uses only, is accepted nowhere
  // in a chain.
  TlsPem trusted;

  // This side's certificates, its own first and then those that vouch for it,
  // as they are sent, and its private key: the first in its file, which may be
  // the same. A server has both; a client may.
  TlsPem certificate;
  TlsPem private_key;
  // Asked for the passphrase iff the key is encrypted. Its error, if it fails,
  // is Client's or Server's.
  std::function<absl::StatusOr<std::string>()> passphrase;

  TlsVersion minimum_version = TlsVersion::kTls12;
  TlsVersion maximum_version = TlsVersion::kTls13;

  // Names of application protocols ("h2", "http/1.1"), the preferred first: 1
  // to 255 bytes each, 65535 together. A server that has some refuses clients
  // that offer only others. RFC 7301.
  std::vector<std::string> alpn;

  // Servers only.
  TlsClientCertificate client_certificate = TlsClientCertificate::kNone;
  // The server context for the host that a client has named (SNI, RFC 6066), in
  // lower case; an empty `TlsContext()` for this one. Only its certificates and
  // key count: versions, ALPN, what is asked of clients, who is trusted and
  // resumption stay this context's. Called in the thread that runs the
  // handshake. Python: ssl.SSLContext.sni_callback.
  std::function<TlsContext(absl::string_view server_name)> on_server_name;

  // Whether connections may be resumed. RFC 8446, section 2.2.
  bool resumption = true;

  // Takes a stream that ends without the peer's having ended TLS for one that
  // has ended (Python: suppress_ragged_eofs). Whoever can cut the wire can then
  // cut what is received without being noticed.
  bool truncation_is_end = false;
};

class TlsContext {
 public:
  // Python: ssl.create_default_context, ssl.SSLContext.load_cert_chain,
  // load_verify_locations and the like.
  //
  // Both fail with kInvalidArgument or kOutOfRange if an option cannot be right
  // (IsUsageError), with what the system says of a file that cannot be read
  // (IsFileNotFound, IsAccessDenied), and with kNotFound if the system has no
  // certificates; the message names the option and the file.
  static absl::StatusOr<TlsContext> Client(const TlsOptions& options = {});
  static absl::StatusOr<TlsContext> Server(const TlsOptions& options);

  // No context.
  TlsContext() = default;

  explicit operator bool() const { return rep_ != nullptr; }
  // False for no context.
  bool is_server() const;

  // For the library.
  const std::shared_ptr<const internal::TlsContextRep>& rep() const {
    return rep_;
  }

 private:
  explicit TlsContext(std::shared_ptr<const internal::TlsContextRep> rep)
      : rep_(std::move(rep)) {}

  std::shared_ptr<const internal::TlsContextRep> rep_;
};

// What a client keeps to resume a connection, so that the next one to the same
// server is quicker. Python: ssl.SSLSession. A small value that shares what it
// holds.
class TlsSession {
 public:
  TlsSession() = default;
  explicit operator bool() const { return session_ != nullptr; }

  // For the library.
  explicit TlsSession(std::shared_ptr<void> session)
      : session_(std::move(session)) {}
  void* raw() const { return session_.get(); }

 private:
  std::shared_ptr<void> session_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_CONTEXT_H_
