// The settings that the TLS connections of a program share: which certificates
// it trusts, its own certificate, and what it accepts.
//
//   absl::StatusOr<mortise::TlsContext> context =
//       mortise::TlsContext::Client();
//   if (!context.ok()) return context.status();
//   absl::StatusOr<mortise::TlsSocket> tls = mortise::TlsSocket::Create(
//       *context, std::move(socket), "example.org");
//
// A server has a certificate of its own:
//
//   mortise::TlsOptions options;
//   options.certificate.file = "chain.pem";
//   options.private_key.file = "key.pem";
//   absl::StatusOr<mortise::TlsContext> context =
//       mortise::TlsContext::Server(options);
//
// By default, a client verifies:
//   - The chain ends at a certificate that the operating system trusts.
//   - Every certificate in the chain is valid now, and may be used for its
//     purpose.
//   - Every certificate keeps to the name constraints of those above it (RFC
//     5280, section 4.2.1.10), including those of IP addresses.
//   - Every certificate has a key and a signature that cannot be forged.
//   - The first certificate is for the host that the client talks to.
// There is no renegotiation and no compression. TLS 1.2 is the oldest version.
//
// Servers and clients may have keys of RSA (at least 2048 bits), of the curves
// P-256, P-384 and P-521, and of Ed25519. BoringSSL has no RSA-PSS and Ed448
// keys: a context with such a certificate is refused. (RSA-PSS signatures are
// made with plain RSA keys, and are accepted.)
//
// The operating system's certificates are read once per process and shared by
// all contexts that trust them. A context that is made after their files have
// changed reads them again; existing contexts keep theirs. SSL_CERT_FILE (a
// file) and SSL_CERT_DIR (folders, separated as in PATH) name other
// certificates to use instead, as for OpenSSL, except in a set-user-ID or
// set-group-ID program. Anything in these files that cannot be read is skipped.
//
// TlsContext and TlsSession are small values that share what they hold: the
// copies of a context are one context. Only Reload changes it, for connections
// that are made afterwards. All functions here are thread-safe and do not wait
// for the network.

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
class CurrentContext;
class TlsContextRep;
}  // namespace internal

enum class TlsVersion {
  kTls12 = 12,
  kTls13 = 13,
};

// "TLSv1.3".
absl::string_view TlsVersionName(TlsVersion version);

// What must be true of the peer's certificate.
enum class TlsVerify {
  // Everything. Only this choice prevents others from listening and from
  // answering in the peer's place.
  kFull,
  // Everything but the host name: the peer may be any host whose certificate
  // comes from a trusted root.
  kCaOnly,
  // Nothing. Anyone can pose as the peer without being noticed.
  kNoneInsecure,
};

// Whether a server asks its clients for certificates.
enum class TlsClientCertificate {
  kNone,
  // A certificate is verified if the client has one.
  kOptional,
  kRequired,
};

// PEM (RFC 7468): either the path (UTF-8) of a file of at most 16 MiB, or the
// text itself. At most one of the two may be set.
//
// Certificates are the blocks CERTIFICATE, X509 CERTIFICATE and TRUSTED
// CERTIFICATE. Blocks of other kinds, text around blocks, headers in blocks, a
// byte-order mark and white space are skipped, and lines may end in any way. A
// certificate that cannot be read is an error, which names the file, the block
// and the line.
struct TlsPem {
  std::string file;
  std::string text;

  bool empty() const { return file.empty() && text.empty(); }
};

class TlsContext;

struct TlsOptions {
  TlsVerify verify = TlsVerify::kFull;

  // The certificates to trust instead of the operating system's. A server that
  // asks clients for certificates does not trust the system's, and must set
  // this unless `verify` is kNoneInsecure.
  //
  // Each certificate may be a root, an intermediate or a peer's own. A chain
  // ends at the first trusted certificate that it reaches (OpenSSL:
  // X509_V_FLAG_PARTIAL_CHAIN). The certificate of an authority (by its basic
  // constraints, or a root of version 1, which has none) vouches for others.
  // Every other certificate vouches only for itself: a peer that has exactly
  // this certificate is accepted, whichever authority issued it, and nothing
  // that the certificate has signed is accepted. In both cases the certificate
  // must be valid now and must not exclude the use (servers or clients), and
  // its limits on names and on the length of a chain apply. A peer's own
  // certificate is for the host that it names.
  //
  // The trust settings of TRUSTED CERTIFICATE blocks apply. A certificate is
  // accepted nowhere in a chain if it is rejected for the use or for any use,
  // or trusted only for other uses.
  TlsPem trusted;

  // Certificate revocation lists (CRLs, RFC 5280, section 5): the X509 CRL
  // blocks of a file or a text. Give the newest list of each issuer. A peer is
  // refused (IsCertificateError) if its own certificate or one of those that
  // vouch for it
  //   - is in a list that its issuer has signed, even if that list has expired
  //   - has an issuer whose lists have all expired: nobody knows what has been
  //     revoked since then
  //   - has an issuer under whose name there is a list that the issuer has not
  //     signed, and none that it has: the list is damaged, or forged. A list
  //     that names another key (by the authority key identifier) does not
  //     count.
  // An issuer without lists has revoked nothing. The last certificate of a
  // chain is checked only if an authority in `trusted` has issued it.
  //
  // Delta CRLs, indirect CRLs, and lists with critical extensions that are not
  // known are errors, as is a list that cannot be read. There is no OCSP, and
  // nothing is fetched. Python: ssl.VERIFY_CRL_CHECK_CHAIN, which also refuses
  // certificates of issuers without lists.
  TlsPem revoked;

  // This side's certificates in the order in which they are sent: its own
  // first, then those that vouch for it. The private key is the first one in
  // its file, which may be the same file. A server must have both. A client may
  // have both or neither.
  TlsPem certificate;
  TlsPem private_key;
  // Called for the passphrase, only if the key is encrypted. If it fails,
  // Client or Server returns its error.
  std::function<absl::StatusOr<std::string>()> passphrase;

  TlsVersion minimum_version = TlsVersion::kTls12;
  TlsVersion maximum_version = TlsVersion::kTls13;

  // Names of application protocols ("h2", "http/1.1"), the preferred one first.
  // Each has 1 to 255 bytes; all together have at most 65535. A server that has
  // some refuses clients that offer only others. RFC 7301.
  std::vector<std::string> alpn;

  // Servers only.
  TlsClientCertificate client_certificate = TlsClientCertificate::kNone;
  // Returns the server context for the host that a client has named (SNI, RFC
  // 6066). The name is in lower case. An empty `TlsContext()` means this
  // context. Only the certificates and the key of the returned context are
  // used; versions, ALPN, client certificates, trust and resumption are those
  // of this context. Called in the thread that runs the handshake, while other
  // threads' calls on that connection wait. It must not use the connection.
  // Python: ssl.SSLContext.sni_callback.
  std::function<TlsContext(absl::string_view server_name)> on_server_name;

  // Whether connections may be resumed. RFC 8446, section 2.2. The certificate
  // of a client is not verified again. So a server that asks for certificates
  // resumes a connection only if the connection was made with the same
  // `verify`, `client_certificate`, `trusted` and `revoked`.
  bool resumption = true;
  // Servers only: the keys for the tickets with which connections are resumed,
  // for several processes that serve one name, and to resume connections of
  // before a Reload or a restart. Each is 48 random bytes: 16 that name it, 16
  // for HMAC-SHA-256, 16 for AES-128. No two may have the same name. The first
  // one seals new tickets, and all open tickets. Without any, the context has
  // keys of its own, and changes them every two days.
  //
  // Anyone who has a key can read the connections of TLS 1.2 that were resumed
  // with it, and can pose as the server to clients that resume. So replace the
  // keys often, with Reload: add the new key behind the others in every
  // process, then move it to the front everywhere, and remove an old one two
  // days after it was last in front (no ticket lives longer). No message
  // contains any part of a key.
  std::vector<std::string> ticket_keys;

  // Whether a stream that ends without the peer ending TLS counts as ended
  // normally (Python: suppress_ragged_eofs). If true, an attacker who can cut
  // the connection can truncate the received data without being noticed.
  bool truncation_is_end = false;

  // For debugging: a file (its path in UTF-8) to which the secrets of every
  // connection are appended, so that Wireshark can decrypt what it has
  // recorded. Anyone who can read this file can read these connections, and
  // change those that still run. It is made with the mode 0600 (Windows: with
  // the access rights of its folder), but a file that exists keeps its own
  // mode, and links are followed. So its folder must be one to which no other
  // user can write. Child processes do not inherit the file. Each line is
  // appended with one system call, so that threads and processes can share the
  // file. It must be a file or a character device, not a pipe. A line that
  // cannot be written is lost, and the connection goes on.
  //
  // The library never reads SSLKEYLOGFILE from the environment. Python:
  // ssl.SSLContext.keylog_filename. Format: NSS key log, RFC 9850.
  std::string key_log_file;
};

class TlsContext {
 public:
  // Python: ssl.create_default_context, ssl.SSLContext.load_cert_chain,
  // load_verify_locations and similar functions. Both read files. The message
  // of an error names the option and the file.
  //
  // Both return:
  //   kInvalidArgument, kOutOfRange  an option cannot be right (IsUsageError)
  //   kNotFound                      the system has no certificates
  //   any other                      the system's error for a file that cannot
  //                                  be read (IsFileNotFound, IsAccessDenied)
  static absl::StatusOr<TlsContext> Client(const TlsOptions& options = {});
  static absl::StatusOr<TlsContext> Server(const TlsOptions& options);

  // Replaces all options of this context and of its copies, and reads the files
  // again: renewed certificates, new CRLs, other ticket keys. Connections that
  // TlsSocket::Create makes afterwards use the new options. Those that exist
  // keep theirs, even if their handshake has not begun. For a context that
  // on_server_name returns, handshakes that come to that point afterwards use
  // the new certificates. If it fails, nothing has changed.
  //
  // A server without `ticket_keys` no longer resumes the connections of before.
  //
  // Fails as Client or Server does, and with kInvalidArgument (IsUsageError) if
  // `verify` is not that of the context, or if the context is empty. If two
  // threads reload at the same time, the options of one of them are in use
  // afterwards. Blocks while it reads files. Python: calling
  // ssl.SSLContext.load_cert_chain again.
  absl::Status Reload(const TlsOptions& options);

  // Makes an empty context.
  TlsContext() = default;

  explicit operator bool() const { return current_ != nullptr; }
  // False if the context is empty.
  bool is_server() const;

  // Only for the library itself. Returns nullptr if the context is empty.
  std::shared_ptr<const internal::TlsContextRep> rep() const;

 private:
  explicit TlsContext(std::shared_ptr<internal::CurrentContext> current)
      : current_(std::move(current)) {}

  std::shared_ptr<internal::CurrentContext> current_;
};

// What a client keeps to resume a connection, so that the next connection to
// the same server is faster. Python: ssl.SSLSession. A small value; copies
// share what it holds.
class TlsSession {
 public:
  TlsSession() = default;
  explicit operator bool() const { return session_ != nullptr; }

  // Only for the library itself.
  explicit TlsSession(std::shared_ptr<void> session)
      : session_(std::move(session)) {}
  void* raw() const { return session_.get(); }

 private:
  std::shared_ptr<void> session_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_TLS_CONTEXT_H_
