#include "mortise/tls_context.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
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
#include "mortise/internal/make_error.h"
#include "mortise/internal/operation.h"
#include "mortise/internal/tls/peer_check.h"
#include "mortise/internal/tls/tls_context_rep.h"
#include "mortise/platform/tls/connection.h"
#include "mortise/platform/tls/tls_errors.h"
#include "mortise/platform/tls/trusted_roots.h"
#include "openssl/bio.h"
#include "openssl/err.h"
#include "openssl/evp.h"
#include "openssl/pem.h"
#include "openssl/ssl.h"
#include "openssl/stack.h"
#include "openssl/x509.h"

namespace mortise {
namespace internal {
namespace {

absl::Status Wrong(absl::string_view option, absl::string_view complaint,
                   absl::StatusCode code = absl::StatusCode::kInvalidArgument) {
  ERR_clear_error();
  return ArgumentError(code, Operation::kSsl, option, complaint);
}

absl::Status OutOfMemory() {
  ERR_clear_error();
  return absl::ResourceExhaustedError("ssl: out of memory");
}

// --- What belongs to one session ---------------------------------------------

struct SessionState {
  std::shared_ptr<const TlsContextRep> rep;
  // Whom the peer's certificate has to be for; empty for anybody.
  std::string host;
  bssl::UniquePtr<SSL_SESSION> newest;
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

// --- What BoringSSL asks
// -------------------------------------------------------

ssl_verify_result_t VerifyPeer(SSL* ssl, std::uint8_t* alert) {
  const SessionState& state = StateOf(ssl);
  PeerCheck check;
  check.trusted = SSL_CTX_get_cert_store(state.rep->ssl_ctx.get());
  check.of_server = !state.rep->is_server;
  check.host = state.host;
  const Refusal refusal = CheckPeer(check, SSL_get_peer_full_cert_chain(ssl));
  ERR_clear_error();
  if (refusal.why.empty()) return ssl_verify_ok;
  tls::SetRefusal(ssl, refusal.why);
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

int ChooseByName(SSL* ssl, int*, void*) {
  const SessionState& state = StateOf(ssl);
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr || !state.rep->on_server_name) return SSL_TLSEXT_ERR_OK;
  const TlsContext chosen =
      state.rep->on_server_name(absl::AsciiStrToLower(name));
  if (chosen && chosen.is_server()) {
    SSL_set_SSL_CTX(ssl, chosen.rep()->ssl_ctx.get());
  }
  return SSL_TLSEXT_ERR_OK;
}

int KeepSession(SSL* ssl, SSL_SESSION* session) {
  StateOf(ssl).newest.reset(session);
  return 1;  // It is kept.
}

// --- From options to a context
// -------------------------------------------------

absl::StatusOr<std::string> ReadFile(absl::string_view option,
                                     const std::string& path) {
  errno = 0;
  std::ifstream file(std::filesystem::u8path(path), std::ios::binary);
  std::string text;
  if (file) {
    text.assign(std::istreambuf_iterator<char>(file),
                std::istreambuf_iterator<char>());
  }
  if (!file || file.bad()) {
    const int error = errno;
    return Wrong(option,
                 absl::StrCat(path, " cannot be read", error == 0 ? "" : ": ",
                              error == 0 ? "" : std::strerror(error)),
                 absl::StatusCode::kNotFound);
  }
  return text;
}

// The text of an option, and what to call it in a complaint.
struct Text {
  std::string text;
  std::string source;
};

absl::StatusOr<Text> Load(absl::string_view option, const TlsPem& pem) {
  if (!pem.file.empty() && !pem.text.empty()) {
    return Wrong(option, "a file and a text at once");
  }
  if (pem.file.empty()) return Text{pem.text, "the text"};
  absl::StatusOr<std::string> text = ReadFile(option, pem.file);
  if (!text.ok()) return text.status();
  return Text{*std::move(text), pem.file};
}

bssl::UniquePtr<BIO> Reader(absl::string_view text) {
  return bssl::UniquePtr<BIO>(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// The certificates in `text`, skipping what else is in it. False iff one of
// them is broken.
bool ReadCertificates(absl::string_view text,
                      std::vector<bssl::UniquePtr<X509>>* certificates) {
  const bssl::UniquePtr<BIO> reader = Reader(text);
  for (;;) {
    bssl::UniquePtr<X509> certificate(
        PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
    if (certificate == nullptr) break;
    certificates->push_back(std::move(certificate));
  }
  const std::uint32_t error = ERR_peek_last_error();
  ERR_clear_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM &&
         ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

absl::Status UseTrusted(const TlsPem& pem, SSL_CTX* context) {
  const absl::StatusOr<Text> text = Load("trusted", pem);
  if (!text.ok()) return text.status();
  std::vector<bssl::UniquePtr<X509>> roots;
  if (!ReadCertificates(text->text, &roots)) {
    return Wrong("trusted", absl::StrCat("a certificate in ", text->source,
                                         " cannot be read"));
  }
  if (roots.empty()) {
    return Wrong("trusted",
                 absl::StrCat("there is no certificate in ", text->source));
  }
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const bssl::UniquePtr<X509>& root : roots) {
    if (!X509_STORE_add_cert(store, root.get())) return OutOfMemory();
    // For clients to see which of their certificates will do.
    if (!SSL_CTX_add_client_CA(context, root.get())) return OutOfMemory();
  }
  return absl::OkStatus();
}

// Those of the OS. One that cannot be read is passed over: programs cannot
// repair it.
absl::Status UseSystemRoots(SSL_CTX* context) {
  const tls::TrustedRoots found = tls::FindTrustedRoots();
  std::vector<bssl::UniquePtr<X509>> roots;
  for (const std::string& file : found.files) {
    const absl::StatusOr<std::string> text = ReadFile("trusted", file);
    if (text.ok()) ReadCertificates(*text, &roots);
  }
  for (const std::string& der : found.certificates) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(der.data());
    bssl::UniquePtr<X509> root(d2i_X509(
        nullptr, &data, static_cast<long>(der.size())));  // NOLINT: its type
    if (root != nullptr) roots.push_back(std::move(root));
  }
  ERR_clear_error();
  // An empty store would only show when every server is refused.
  if (roots.empty()) {
    return Wrong("trusted",
                 absl::StrCat("this system has no trusted certificates where "
                              "they are looked for: ",
                              found.places),
                 absl::StatusCode::kNotFound);
  }
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const bssl::UniquePtr<X509>& root : roots) {
    if (!X509_STORE_add_cert(store, root.get())) return OutOfMemory();
  }
  return absl::OkStatus();
}

absl::Status UseCertificate(const TlsPem& pem, SSL_CTX* context) {
  const absl::StatusOr<Text> text = Load("certificate", pem);
  if (!text.ok()) return text.status();
  std::vector<bssl::UniquePtr<X509>> chain;
  if (!ReadCertificates(text->text, &chain)) {
    return Wrong("certificate", absl::StrCat("a certificate in ", text->source,
                                             " cannot be read"));
  }
  if (chain.empty()) {
    return Wrong("certificate",
                 absl::StrCat("there is no certificate in ", text->source));
  }
  if (!SSL_CTX_use_certificate(context, chain[0].get())) {
    return Wrong(
        "certificate",
        absl::StrCat("the certificate in ", text->source, " is of no use: ",
                     tls::GeneralErrorText(tls::TakeLibraryError())));
  }
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (!SSL_CTX_add1_chain_cert(context, chain[i].get())) return OutOfMemory();
  }
  return absl::OkStatus();
}

// The passphrase while a key is being read, and how that went.
struct Passphrase {
  const TlsOptions& options;
  bool asked = false;
  absl::Status status;
};

int TakePassphrase(char* buffer, int size, int, void* argument) {
  auto& passphrase = *static_cast<Passphrase*>(argument);
  passphrase.asked = true;
  if (!passphrase.options.passphrase) return -1;
  absl::StatusOr<std::string> given = passphrase.options.passphrase();
  if (!given.ok()) {
    passphrase.status = given.status();
    return -1;
  }
  int length = -1;
  if (given->size() <= static_cast<std::size_t>(size)) {
    length = static_cast<int>(given->size());
    std::memcpy(buffer, given->data(), given->size());
  }
  OPENSSL_cleanse(&(*given)[0], given->size());
  return length;
}

absl::Status UsePrivateKey(const TlsOptions& options, SSL_CTX* context) {
  absl::StatusOr<Text> text = Load("private_key", options.private_key);
  if (!text.ok()) return text.status();
  Passphrase passphrase{options, false, absl::OkStatus()};
  const bssl::UniquePtr<BIO> reader = Reader(text->text);
  const bssl::UniquePtr<EVP_PKEY> key(PEM_read_bio_PrivateKey(
      reader.get(), nullptr, &TakePassphrase, &passphrase));
  OPENSSL_cleanse(&text->text[0], text->text.size());
  if (!passphrase.status.ok()) {
    ERR_clear_error();
    return passphrase.status;
  }
  if (key == nullptr) {
    return Wrong("private_key",
                 absl::StrCat("the key in ", text->source, " cannot be read",
                              !passphrase.asked ? ""
                              : options.passphrase
                                  ? "; is the passphrase right?"
                                  : "; it is encrypted, and there is no "
                                    "passphrase"));
  }
  if (!SSL_CTX_use_PrivateKey(context, key.get()) ||
      !SSL_CTX_check_private_key(context)) {
    return Wrong("private_key", absl::StrCat("the key in ", text->source,
                                             " is not the certificate's"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> AlpnList(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > 255) {
      return Wrong(
          "alpn",
          absl::StrCat("a name of ", name.size(), " bytes is not in 1 to 255"),
          absl::StatusCode::kOutOfRange);
    }
    list += static_cast<char>(name.size());
    list += name;
  }
  if (list.size() > 65535) {
    return Wrong("alpn", "the names are more than 65535 bytes",
                 absl::StatusCode::kOutOfRange);
  }
  return list;
}

std::uint16_t WireVersion(TlsVersion version) {
  return version == TlsVersion::kTls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

absl::Status CheckOptions(const TlsOptions& options, bool is_server) {
  if (options.minimum_version > options.maximum_version) {
    return Wrong("minimum_version", "is above the maximum",
                 absl::StatusCode::kOutOfRange);
  }
  if (options.certificate.empty() != options.private_key.empty()) {
    return options.certificate.empty()
               ? Wrong("certificate", "is missing, and there is a private key")
               : Wrong("private_key", "is missing, and there is a certificate");
  }
  if (!is_server) {
    if (options.client_certificate != TlsClientCertificate::kNone) {
      return Wrong("client_certificate", "is for servers");
    }
    if (options.on_server_name) {
      return Wrong("on_server_name", "is for servers");
    }
    return absl::OkStatus();
  }
  if (options.certificate.empty()) {
    return Wrong("certificate", "is missing: a server has one");
  }
  // With the system's, whoever buys a certificate would be let in.
  if (options.client_certificate != TlsClientCertificate::kNone &&
      options.verify != TlsVerify::kNoneInsecure && options.trusted.empty()) {
    return Wrong("trusted",
                 "is missing: a server says who vouches for its clients");
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
    // 0 is success, of this one alone.
    if (SSL_CTX_set_alpn_protos(
            context, reinterpret_cast<const std::uint8_t*>(list->data()),
            static_cast<unsigned>(list->size())) != 0) {
      return OutOfMemory();
    }
    return absl::OkStatus();
  }
  static const int index =
      SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, &DeleteAlpn);
  auto owned = std::make_unique<std::string>(*std::move(list));
  if (!SSL_CTX_set_ex_data(context, index, owned.get())) return OutOfMemory();
  SSL_CTX_set_alpn_select_cb(context, &SelectAlpn, owned.release());
  return absl::OkStatus();
}

void UseResumption(const TlsOptions& options, bool is_server,
                   SSL_CTX* context) {
  if (!options.resumption) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return;
  }
  if (is_server) {
    // Without a cache: what is needed is in the ticket that the client keeps.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    static constexpr std::uint8_t kName[] = "mortise";
    SSL_CTX_set_session_id_context(context, kName, sizeof(kName) - 1);
    return;
  }
  SSL_CTX_set_session_cache_mode(
      context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &KeepSession);
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
  if (context == nullptr || StateIndex() < 0) return OutOfMemory();
  if (!SSL_CTX_set_min_proto_version(context,
                                     WireVersion(options.minimum_version)) ||
      !SSL_CTX_set_max_proto_version(context,
                                     WireVersion(options.maximum_version))) {
    return Wrong("minimum_version", "is not supported");
  }
  const int mode = VerifyMode(options, is_server);
  const bool verifies =
      mode != SSL_VERIFY_NONE && options.verify != TlsVerify::kNoneInsecure;
  SSL_CTX_set_custom_verify(context, mode,
                            verifies ? &VerifyPeer : &AcceptAnybody);
  // A session may come from another context, or have been for another host.
  if (verifies) SSL_CTX_set_reverify_on_resume(context, 1);
  if (!options.trusted.empty()) {
    status = UseTrusted(options.trusted, context);
  } else if (verifies) {
    status = UseSystemRoots(context);
  }
  if (status.ok() && !options.certificate.empty()) {
    status = UseCertificate(options.certificate, context);
    if (status.ok()) status = UsePrivateKey(options, context);
  }
  if (status.ok()) status = UseAlpn(options, is_server, context);
  if (!status.ok()) return status;
  UseResumption(options, is_server, context);
  if (is_server) {
    SSL_CTX_set_tlsext_servername_callback(context, &ChooseByName);
  }
  ERR_clear_error();
  return rep;
}

}  // namespace

tls::NewSession TlsContextRep::NewSession(
    const std::shared_ptr<const TlsContextRep>& rep, absl::string_view host,
    SSL_SESSION* resumed) {
  ERR_clear_error();
  tls::NewSession made;
  tls::SslPointer ssl(SSL_new(rep->ssl_ctx.get()));
  if (ssl == nullptr) return made;
  auto state = std::make_unique<SessionState>();
  state->rep = rep;
  if (rep->verify == TlsVerify::kFull) state->host = std::string(host);
  if (!SSL_set_ex_data(ssl.get(), StateIndex(), state.get())) return made;
  state.release();  // NOLINT(bugprone-unused-return-value): the SSL has it
  if (rep->is_server) {
    SSL_set_accept_state(ssl.get());
  } else {
    SSL_set_connect_state(ssl.get());
    // Names alone are told, without the dot of a name that is complete.
    if (IsDnsName(host)) {
      std::string name(host);
      if (name.back() == '.') name.pop_back();
      if (!SSL_set_tlsext_host_name(ssl.get(), name.c_str())) return made;
    }
    if (resumed != nullptr) SSL_set_session(ssl.get(), resumed);
  }
  made.ssl = std::move(ssl);
  made.truncation = rep->truncation_is_end ? tls::Truncation::kIsTheEnd
                                           : tls::Truncation::kIsAnError;
  return made;
}

SSL_SESSION* NewestSession(const SSL* ssl) { return StateOf(ssl).newest.get(); }

}  // namespace internal

absl::string_view TlsVersionName(TlsVersion version) {
  return version == TlsVersion::kTls12 ? "TLSv1.2" : "TLSv1.3";
}

absl::StatusOr<TlsContext> TlsContext::Client(const TlsOptions& options) {
  auto rep = internal::Build(options, /*is_server=*/false);
  if (!rep.ok()) return rep.status();
  return TlsContext(*std::move(rep));
}

absl::StatusOr<TlsContext> TlsContext::Server(const TlsOptions& options) {
  auto rep = internal::Build(options, /*is_server=*/true);
  if (!rep.ok()) return rep.status();
  return TlsContext(*std::move(rep));
}

bool TlsContext::is_server() const {
  return rep_ != nullptr && rep_->is_server;
}

}  // namespace mortise
