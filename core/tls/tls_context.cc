#include "mortise/core/tls/tls_context.h"

#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/tls/internal/credentials.h"
#include "mortise/core/tls/internal/option_error.h"
#include "mortise/core/tls/internal/peer_check.h"
#include "mortise/core/tls/internal/set_digest.h"
#include "mortise/core/tls/internal/system_roots.h"
#include "mortise/core/tls/internal/ticket_keys.h"
#include "mortise/core/tls/internal/tls_context_rep.h"
#include "mortise/platform/tls/file_error.h"
#include "mortise/platform/tls/key_log_file.h"
#include "openssl/err.h"
#include "openssl/nid.h"
#include "openssl/ssl.h"

namespace mortise {
namespace internal {
namespace {

// --- What belongs to one session ---------------------------------------------

struct SessionState {
  std::shared_ptr<const TlsContextRep> rep;
  // The host that the peer's certificate must be for; empty if it may be for
  // any.
  std::string host;
  bssl::UniquePtr<SSL_SESSION> newest;
  // Why the peer's certificates were refused.
  std::string refusal;
};

int StateIndex() {
  static const int index = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr,
      [](void*, void* state, CRYPTO_EX_DATA*, int, long, void*) {  // NOLINT
        delete static_cast<SessionState*>(state);
      });
  return index;
}

SessionState& StateOf(const SSL* ssl) {
  return *static_cast<SessionState*>(SSL_get_ex_data(ssl, StateIndex()));
}

// --- BoringSSL's callbacks ---------------------------------------------------

ssl_verify_result_t VerifyPeer(SSL* ssl, std::uint8_t* alert) {
  SessionState& state = StateOf(ssl);
  PeerCheck check;
  check.anchors = state.rep->anchors.get();
  check.revoked = state.rep->revoked.get();
  check.of_server = !state.rep->is_server;
  check.host = state.host;
  const Refusal refusal = CheckPeer(check, SSL_get_peer_full_cert_chain(ssl));
  ERR_clear_error();
  if (refusal.why.empty()) return ssl_verify_ok;
  state.refusal = refusal.why;
  *alert = refusal.alert;
  return ssl_verify_invalid;
}

int SelectAlpn(SSL*, const std::uint8_t** out, std::uint8_t* out_size,
               const std::uint8_t* offered, unsigned offered_size,
               void* wanted) {
  const auto& ours = *static_cast<const std::string*>(wanted);
  std::uint8_t* chosen = nullptr;
  const int result = SSL_select_next_proto(
      &chosen, out_size, reinterpret_cast<const std::uint8_t*>(ours.data()),
      static_cast<unsigned>(ours.size()), offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// Gives `ssl` the certificates and the key of another context, and nothing
// else. SSL_set_SSL_CTX would also bring the other's ALPN and early data.
bool UseIdentity(const SSL_CTX* context, SSL* ssl) {
  STACK_OF(X509)* chain = nullptr;
  if (!SSL_CTX_get0_chain_certs(context, &chain)) return false;
  SSL_certs_clear(ssl);
  return SSL_use_certificate(ssl, SSL_CTX_get0_certificate(context)) != 0 &&
         SSL_set1_chain(ssl, chain) != 0 &&
         SSL_use_PrivateKey(ssl, SSL_CTX_get0_privatekey(context)) != 0;
}

int ChooseByName(SSL* ssl, int*, void*) {
  const SessionState& state = StateOf(ssl);
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr || !state.rep->on_server_name) return SSL_TLSEXT_ERR_OK;
  const TlsContext chosen =
      state.rep->on_server_name(absl::AsciiStrToLower(name));
  if (!chosen || !chosen.is_server()) return SSL_TLSEXT_ERR_OK;
  // The certificates and the key stay, though the context may be reloaded now.
  const std::shared_ptr<const TlsContextRep> rep = chosen.rep();
  return UseIdentity(rep->ssl_ctx.get(), ssl) ? SSL_TLSEXT_ERR_OK
                                              : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int KeepSession(SSL* ssl, SSL_SESSION* session) {
  StateOf(ssl).newest.reset(session);
  return 1;  // It is kept.
}

void LogKeys(const SSL* ssl, const char* line) {
  StateOf(ssl).rep->key_log->Append(line);
}

// --- From options to a context -----------------------------------------------

absl::StatusOr<std::string> AlpnList(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > 255) {
      return TlsOptionError(
          "alpn",
          absl::StrCat("a name of ", name.size(), " bytes is not in 1 to 255"),
          absl::StatusCode::kOutOfRange);
    }
    list += static_cast<char>(name.size());
    list += name;
  }
  if (list.size() > 65535) {
    return TlsOptionError("alpn", "the names are more than 65535 bytes",
                          absl::StatusCode::kOutOfRange);
  }
  return list;
}

std::uint16_t WireVersion(TlsVersion version) {
  return version == TlsVersion::kTls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

absl::Status CheckOptions(const TlsOptions& options, bool is_server) {
  if (options.minimum_version > options.maximum_version) {
    return TlsOptionError("minimum_version", "is above the maximum",
                          absl::StatusCode::kOutOfRange);
  }
  if (options.certificate.empty() != options.private_key.empty()) {
    return options.certificate.empty()
               ? TlsOptionError("certificate",
                                "is missing, and there is a private key")
               : TlsOptionError("private_key",
                                "is missing, and there is a certificate");
  }
  if (!is_server) {
    if (options.client_certificate != TlsClientCertificate::kNone) {
      return TlsOptionError("client_certificate", "is for servers");
    }
    if (options.on_server_name) {
      return TlsOptionError("on_server_name", "is for servers");
    }
    if (!options.ticket_keys.empty()) {
      return TlsOptionError("ticket_keys", "is for servers");
    }
    return absl::OkStatus();
  }
  if (options.certificate.empty()) {
    return TlsOptionError("certificate", "is missing: a server has one");
  }
  if (!options.ticket_keys.empty() && !options.resumption) {
    return TlsOptionError("ticket_keys", "is set, and resumption is off");
  }
  // With the system's certificates, every client that buys a certificate would
  // be let in.
  if (options.client_certificate != TlsClientCertificate::kNone &&
      options.verify != TlsVerify::kNoneInsecure && options.trusted.empty()) {
    return TlsOptionError("trusted",
                          "is missing: a server must trust certificates that "
                          "vouch for its clients");
  }
  return absl::OkStatus();
}

int VerifyMode(const TlsOptions& options, bool is_server) {
  if (!is_server) {
    return options.verify == TlsVerify::kNoneInsecure ? SSL_VERIFY_NONE
                                                      : SSL_VERIFY_PEER;
  }
  switch (options.client_certificate) {
    case TlsClientCertificate::kNone:
      return SSL_VERIFY_NONE;
    case TlsClientCertificate::kOptional:
      return SSL_VERIFY_PEER;
    case TlsClientCertificate::kRequired:
      break;
  }
  return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
}

ssl_verify_result_t AcceptAnybody(SSL*, std::uint8_t*) { return ssl_verify_ok; }

void DeleteAlpn(void*, void* list, CRYPTO_EX_DATA*, int, long,  // NOLINT
                void*) {
  delete static_cast<std::string*>(list);
}

absl::Status UseAlpn(const TlsOptions& options, bool is_server,
                     SSL_CTX* context) {
  absl::StatusOr<std::string> list = AlpnList(options.alpn);
  if (!list.ok()) return list.status();
  if (list->empty()) return absl::OkStatus();
  if (!is_server) {
    // Unlike other functions of BoringSSL, this one returns 0 for success.
    if (SSL_CTX_set_alpn_protos(
            context, reinterpret_cast<const std::uint8_t*>(list->data()),
            static_cast<unsigned>(list->size())) != 0) {
      return TlsOutOfMemory();
    }
    return absl::OkStatus();
  }
  static const int index =
      SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, &DeleteAlpn);
  auto owned = std::make_unique<std::string>(*std::move(list));
  if (!SSL_CTX_set_ex_data(context, index, owned.get()))
    return TlsOutOfMemory();
  SSL_CTX_set_alpn_select_cb(context, &SelectAlpn, owned.release());
  return absl::OkStatus();
}

// BoringSSL's default for verification lacks Ed25519 and P-521, so no peer
// could use such keys. None of these lists has SHA-1.
bool UseAlgorithms(SSL_CTX* context) {
  static constexpr std::uint16_t kSignatures[] = {
      SSL_SIGN_ED25519,
      SSL_SIGN_ECDSA_SECP256R1_SHA256,
      SSL_SIGN_RSA_PSS_RSAE_SHA256,
      SSL_SIGN_RSA_PKCS1_SHA256,
      SSL_SIGN_ECDSA_SECP384R1_SHA384,
      SSL_SIGN_RSA_PSS_RSAE_SHA384,
      SSL_SIGN_RSA_PKCS1_SHA384,
      SSL_SIGN_ECDSA_SECP521R1_SHA512,
      SSL_SIGN_RSA_PSS_RSAE_SHA512,
      SSL_SIGN_RSA_PKCS1_SHA512,
  };
  // TLS 1.2 takes a key of a curve only if the curve is in this list too.
  static constexpr int kCurves[] = {NID_X25519, NID_X9_62_prime256v1,
                                    NID_secp384r1, NID_secp521r1};
  return SSL_CTX_set_verify_algorithm_prefs(context, kSignatures,
                                            std::size(kSignatures)) != 0 &&
         SSL_CTX_set_signing_algorithm_prefs(context, kSignatures,
                                             std::size(kSignatures)) != 0 &&
         SSL_CTX_set1_curves(context, kCurves, std::size(kCurves)) != 0;
}

// Returns what a server's session has to have been made with to be resumed. The
// certificate of a client is not verified again when its session is resumed, so
// a server that asks for certificates resumes only sessions that a server with
// the same demands has made, perhaps another process that has the same
// ticket_keys.
std::string SessionScope(const TlsOptions& options, const TlsContextRep& rep) {
  if (options.client_certificate == TlsClientCertificate::kNone) {
    return "mortise";
  }
  return DigestOfSet(
      {absl::StrCat("certificate ",
                    static_cast<int>(options.client_certificate)),
       absl::StrCat("verify ", static_cast<int>(options.verify)),
       absl::StrCat("trusted ", rep.anchors ? rep.anchors->Digest() : ""),
       absl::StrCat("revoked ", rep.revoked ? rep.revoked->Digest() : "")});
}

absl::Status UseResumption(const TlsOptions& options,
                           const TlsContextRep& rep) {
  SSL_CTX* const context = rep.ssl_ctx.get();
  if (!options.resumption) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return absl::OkStatus();
  }
  if (rep.is_server) {
    // A server needs no cache: everything it needs is in the ticket that the
    // client keeps.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    const std::string scope = SessionScope(options, rep);
    SSL_CTX_set_session_id_context(
        context, reinterpret_cast<const std::uint8_t*>(scope.data()),
        scope.size());
    return UseTicketKeys(options.ticket_keys, context);
  }
  SSL_CTX_set_session_cache_mode(
      context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &KeepSession);
  return absl::OkStatus();
}

absl::Status UseKeyLog(const TlsOptions& options, TlsContextRep* rep) {
  if (options.key_log_file.empty()) return absl::OkStatus();
  tls::FileError why;
  rep->key_log = tls::KeyLogFile::Open(options.key_log_file, &why);
  if (rep->key_log == nullptr) {
    return TlsFileError("key_log_file", options.key_log_file, why);
  }
  SSL_CTX_set_keylog_callback(rep->ssl_ctx.get(), &LogKeys);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const TlsContextRep>> Build(
    const TlsOptions& options, bool is_server) {
  absl::Status status = CheckOptions(options, is_server);
  if (!status.ok()) return status;
  ERR_clear_error();
  auto rep = std::make_shared<TlsContextRep>();
  rep->is_server = is_server;
  rep->verify = options.verify;
  rep->truncation_is_end = options.truncation_is_end;
  rep->on_server_name = options.on_server_name;
  rep->ssl_ctx.reset(SSL_CTX_new(TLS_method()));
  SSL_CTX* const context = rep->ssl_ctx.get();
  if (context == nullptr || StateIndex() < 0) return TlsOutOfMemory();
  if (!SSL_CTX_set_min_proto_version(context,
                                     WireVersion(options.minimum_version)) ||
      !SSL_CTX_set_max_proto_version(context,
                                     WireVersion(options.maximum_version))) {
    return TlsOptionError("minimum_version", "is not supported");
  }
  const int mode = VerifyMode(options, is_server);
  const bool verifies =
      mode != SSL_VERIFY_NONE && options.verify != TlsVerify::kNoneInsecure;
  SSL_CTX_set_custom_verify(context, mode,
                            verifies ? &VerifyPeer : &AcceptAnybody);
  // A session may come from another context, or have been for another host.
  if (verifies) SSL_CTX_set_reverify_on_resume(context, 1);
  if (!UseAlgorithms(context)) return TlsOutOfMemory();
  if (!options.trusted.empty()) {
    // The file is read even if no peer is verified, so that a wrong file is an
    // error in any case.
    auto anchors = LoadTrusted(options.trusted, /*of_servers=*/!is_server);
    if (!anchors.ok()) return anchors.status();
    rep->anchors = *std::move(anchors);
    if (is_server) status = TellClients(*rep->anchors, context);
  } else if (verifies) {
    auto anchors = SystemRoots();
    if (!anchors.ok()) return anchors.status();
    rep->anchors = *std::move(anchors);
  }
  if (status.ok() && !options.revoked.empty()) {
    auto revoked = LoadRevoked(options.revoked);
    if (!revoked.ok()) return revoked.status();
    rep->revoked = *std::move(revoked);
  }
  if (status.ok() && !options.certificate.empty()) {
    status = UseCertificate(options.certificate, context);
    if (status.ok()) status = UsePrivateKey(options, context);
  }
  if (status.ok()) status = UseAlpn(options, is_server, context);
  if (status.ok()) status = UseResumption(options, *rep);
  // The last, so that options that are refused make no file.
  if (status.ok()) status = UseKeyLog(options, rep.get());
  if (!status.ok()) return status;
  if (is_server) {
    SSL_CTX_set_tlsext_servername_callback(context, &ChooseByName);
  }
  ERR_clear_error();
  return rep;
}

}  // namespace

bssl::UniquePtr<SSL> TlsContextRep::NewSession(
    const std::shared_ptr<const TlsContextRep>& rep, absl::string_view host,
    SSL_SESSION* resumed) {
  ERR_clear_error();
  bssl::UniquePtr<SSL> ssl(SSL_new(rep->ssl_ctx.get()));
  if (ssl == nullptr) return nullptr;
  auto state = std::make_unique<SessionState>();
  state->rep = rep;
  if (rep->verify == TlsVerify::kFull) state->host = std::string(host);
  if (!SSL_set_ex_data(ssl.get(), StateIndex(), state.get())) return nullptr;
  state.release();  // NOLINT(bugprone-unused-return-value): the SSL has it
  if (rep->is_server) {
    SSL_set_accept_state(ssl.get());
  } else {
    SSL_set_connect_state(ssl.get());
    // Only DNS names are sent, without the final dot of a complete name.
    if (IsDnsName(host)) {
      std::string name(host);
      if (name.back() == '.') name.pop_back();
      if (!SSL_set_tlsext_host_name(ssl.get(), name.c_str())) return nullptr;
    }
    if (resumed != nullptr) SSL_set_session(ssl.get(), resumed);
  }
  return ssl;
}

SSL_SESSION* NewestSession(const SSL& ssl) {
  return StateOf(&ssl).newest.get();
}

bool TruncationIsEnd(const SSL& ssl) {
  return StateOf(&ssl).rep->truncation_is_end;
}

std::string TakeRefusal(const SSL& ssl) {
  return std::exchange(StateOf(&ssl).refusal, "");
}

}  // namespace internal

absl::string_view TlsVersionName(TlsVersion version) {
  return version == TlsVersion::kTls12 ? "TLSv1.2" : "TLSv1.3";
}

absl::StatusOr<TlsContext> TlsContext::Client(const TlsOptions& options) {
  auto rep = internal::Build(options, /*is_server=*/false);
  if (!rep.ok()) return rep.status();
  return TlsContext(
      std::make_shared<internal::CurrentContext>(*std::move(rep)));
}

absl::StatusOr<TlsContext> TlsContext::Server(const TlsOptions& options) {
  auto rep = internal::Build(options, /*is_server=*/true);
  if (!rep.ok()) return rep.status();
  return TlsContext(
      std::make_shared<internal::CurrentContext>(*std::move(rep)));
}

absl::Status TlsContext::Reload(const TlsOptions& options) {
  const auto current = rep();
  if (current == nullptr) {
    return internal::TlsOptionError("context", "is empty");
  }
  // TlsSocket::Create looks at this choice twice.
  if (options.verify != current->verify) {
    return internal::TlsOptionError("verify",
                                    "differs from that of the context");
  }
  auto next = internal::Build(options, current->is_server);
  if (!next.ok()) return next.status();
  current_->Set(*std::move(next));
  return absl::OkStatus();
}

bool TlsContext::is_server() const {
  return current_ != nullptr && current_->Get()->is_server;
}

std::shared_ptr<const internal::TlsContextRep> TlsContext::rep() const {
  return current_ == nullptr ? nullptr : current_->Get();
}

}  // namespace mortise
