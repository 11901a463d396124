#include "mortise/internal/tls/credentials.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/internal/tls/option_error.h"
#include "mortise/platform/tls/read_file.h"
#include "mortise/platform/tls/tls_errors.h"
#include "mortise/platform/tls/trusted_roots.h"
#include "mortise/tls_context.h"
#include "openssl/bio.h"
#include "openssl/err.h"
#include "openssl/evp.h"
#include "openssl/mem.h"
#include "openssl/pem.h"
#include "openssl/ssl.h"
#include "openssl/x509.h"

namespace mortise {
namespace internal {
namespace {

// What to call it in a complaint.
std::string SourceOf(const TlsPem& pem) {
  return pem.file.empty() ? "the text" : pem.file;
}

absl::StatusOr<std::string> Load(absl::string_view option, const TlsPem& pem) {
  if (!pem.file.empty() && !pem.text.empty()) {
    return TlsOptionError(option, "a file and a text at once");
  }
  if (pem.file.empty()) return pem.text;
  std::string text;
  std::string why;
  if (!tls::ReadFile(pem.file, &text, &why)) {
    return TlsOptionError(
        option,
        absl::StrCat(pem.file, " cannot be read", why.empty() ? "" : ": ", why),
        absl::StatusCode::kNotFound);
  }
  return text;
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

// The certificates of an option, at least one.
absl::StatusOr<std::vector<bssl::UniquePtr<X509>>> LoadCertificates(
    absl::string_view option, const TlsPem& pem) {
  const absl::StatusOr<std::string> text = Load(option, pem);
  if (!text.ok()) return text.status();
  std::vector<bssl::UniquePtr<X509>> certificates;
  if (!ReadCertificates(*text, &certificates)) {
    return TlsOptionError(
        option,
        absl::StrCat("a certificate in ", SourceOf(pem), " cannot be read"));
  }
  if (certificates.empty()) {
    return TlsOptionError(
        option, absl::StrCat("there is no certificate in ", SourceOf(pem)));
  }
  return certificates;
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

}  // namespace

absl::Status UseTrustedRoots(const TlsPem& pem, SSL_CTX* context) {
  const auto roots = LoadCertificates("trusted", pem);
  if (!roots.ok()) return roots.status();
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const bssl::UniquePtr<X509>& root : *roots) {
    if (!X509_STORE_add_cert(store, root.get())) return TlsOutOfMemory();
    // For clients to see which of their certificates will do.
    if (!SSL_CTX_add_client_CA(context, root.get())) return TlsOutOfMemory();
  }
  return absl::OkStatus();
}

absl::Status UseSystemRoots(SSL_CTX* context) {
  const tls::TrustedRoots found = tls::FindTrustedRoots();
  std::vector<bssl::UniquePtr<X509>> roots;
  // One that cannot be read is passed over: programs cannot repair it.
  for (const std::string& file : found.files) {
    std::string text;
    std::string why;
    if (tls::ReadFile(file, &text, &why)) ReadCertificates(text, &roots);
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
    return TlsOptionError(
        "trusted",
        absl::StrCat("this system has no trusted certificates where "
                     "they are looked for: ",
                     found.places),
        absl::StatusCode::kNotFound);
  }
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const bssl::UniquePtr<X509>& root : roots) {
    if (!X509_STORE_add_cert(store, root.get())) return TlsOutOfMemory();
  }
  return absl::OkStatus();
}

absl::Status UseCertificate(const TlsPem& pem, SSL_CTX* context) {
  const auto chain = LoadCertificates("certificate", pem);
  if (!chain.ok()) return chain.status();
  if (!SSL_CTX_use_certificate(context, chain->front().get())) {
    return TlsOptionError(
        "certificate",
        absl::StrCat("the certificate in ", SourceOf(pem), " is of no use: ",
                     tls::GeneralErrorText(tls::TakeLibraryError())));
  }
  for (std::size_t i = 1; i < chain->size(); ++i) {
    if (!SSL_CTX_add1_chain_cert(context, (*chain)[i].get())) {
      return TlsOutOfMemory();
    }
  }
  return absl::OkStatus();
}

absl::Status UsePrivateKey(const TlsOptions& options, SSL_CTX* context) {
  absl::StatusOr<std::string> text = Load("private_key", options.private_key);
  if (!text.ok()) return text.status();
  const std::string source = SourceOf(options.private_key);
  Passphrase passphrase{options, false, absl::OkStatus()};
  const bssl::UniquePtr<BIO> reader = Reader(*text);
  const bssl::UniquePtr<EVP_PKEY> key(PEM_read_bio_PrivateKey(
      reader.get(), nullptr, &TakePassphrase, &passphrase));
  OPENSSL_cleanse(&(*text)[0], text->size());
  if (!passphrase.status.ok()) {
    ERR_clear_error();
    return passphrase.status;
  }
  if (key == nullptr) {
    return TlsOptionError(
        "private_key", absl::StrCat("the key in ", source, " cannot be read",
                                    !passphrase.asked ? ""
                                    : options.passphrase
                                        ? "; is the passphrase right?"
                                        : "; it is encrypted, and there is no "
                                          "passphrase"));
  }
  if (!SSL_CTX_use_PrivateKey(context, key.get()) ||
      !SSL_CTX_check_private_key(context)) {
    return TlsOptionError(
        "private_key",
        absl::StrCat("the key in ", source, " is not the certificate's"));
  }
  return absl::OkStatus();
}

}  // namespace internal
}  // namespace mortise
