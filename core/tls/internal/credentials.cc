#include "mortise/core/tls/internal/credentials.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/tls/internal/certificate_reader.h"
#include "mortise/core/tls/internal/key_kind.h"
#include "mortise/core/tls/internal/library_error.h"
#include "mortise/core/tls/internal/option_error.h"
#include "mortise/core/tls/internal/pem_reader.h"
#include "mortise/core/tls/internal/revocation_lists.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/tls/file_error.h"
#include "mortise/platform/tls/read_file.h"
#include "openssl/bio.h"
#include "openssl/err.h"
#include "openssl/evp.h"
#include "openssl/mem.h"
#include "openssl/pem.h"
#include "openssl/ssl.h"
#include "openssl/stack.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace mortise {
namespace internal {
namespace {

// Returns the name of `pem` for an error message.
std::string SourceOf(const TlsPem& pem) {
  return pem.file.empty() ? "the text" : pem.file;
}

void Cleanse(std::string* secret) {
  OPENSSL_cleanse(&(*secret)[0], secret->size());
}

absl::StatusOr<std::string> Load(absl::string_view option, const TlsPem& pem) {
  if (!pem.file.empty() && !pem.text.empty()) {
    return TlsOptionError(option,
                          "has both a file and a text; only one is allowed");
  }
  if (pem.file.empty()) return pem.text;
  std::string text;
  tls::FileError why;
  if (tls::ReadFile(pem.file, &text, &why)) return text;
  Cleanse(&text);
  return TlsFileError(option, pem.file, why);
}

// Returns the certificates of an option, at least one. A certificate that
// cannot be read is an error, because the user who named the file can repair
// it.
absl::StatusOr<std::vector<ReadCertificate>> LoadCertificates(
    absl::string_view option, const TlsPem& pem) {
  absl::StatusOr<std::string> text = Load(option, pem);
  if (!text.ok()) return text.status();
  CertificateText read = ReadCertificates(*text);
  // The key may be in the same file.
  Cleanse(&*text);
  if (!read.fault.empty()) {
    return TlsOptionError(option,
                          absl::StrCat("a certificate in ", SourceOf(pem),
                                       " cannot be read: ", read.fault));
  }
  if (read.certificates.empty()) {
    return TlsOptionError(
        option, absl::StrCat("there is no certificate in ", SourceOf(pem),
                             read.why_none.empty() ? "" : ": ", read.why_none));
  }
  return std::move(read.certificates);
}

// Returns an error about one certificate of an option.
absl::Status CertificateError(absl::string_view option, const TlsPem& pem,
                              const ReadCertificate& read,
                              absl::string_view complaint) {
  return TlsOptionError(
      option, absl::StrCat("the certificate in ", SourceOf(pem), ", ",
                           read.place, ", cannot be used: ", complaint));
}

bool IsKeyLabel(absl::string_view label) {
  // RFC 7468, sections 10 and 11, and what OpenSSL wrote before them.
  return label == "PRIVATE KEY" || label == "ENCRYPTED PRIVATE KEY" ||
         label == "RSA PRIVATE KEY" || label == "EC PRIVATE KEY" ||
         label == "DSA PRIVATE KEY";
}

// The state of reading a key that may need a passphrase: whether it was asked
// for, and the error of the user's function.
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
  Cleanse(&*given);
  return length;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TrustAnchors>> LoadTrusted(
    const TlsPem& pem, bool of_servers) {
  const auto certificates = LoadCertificates("trusted", pem);
  if (!certificates.ok()) return certificates.status();
  auto anchors = std::make_shared<TrustAnchors>(of_servers);
  for (const ReadCertificate& read : *certificates) {
    const std::string unknown = WhyKeyIsUnknown(read.certificate.get());
    if (!unknown.empty()) {
      return CertificateError("trusted", pem, read, unknown);
    }
    if (!anchors->Add(read.certificate.get(), read.settings)) {
      return TlsOutOfMemory();
    }
  }
  if (!anchors->Finish()) return TlsOutOfMemory();
  if (anchors->empty()) {
    return TlsOptionError("trusted",
                          absl::StrCat("no certificate in ", SourceOf(pem),
                                       " is trusted for certificates of ",
                                       of_servers ? "servers" : "clients"));
  }
  return anchors;
}

absl::StatusOr<std::shared_ptr<const RevocationLists>> LoadRevoked(
    const TlsPem& pem) {
  absl::StatusOr<std::string> text = Load("revoked", pem);
  if (!text.ok()) return text.status();
  auto lists = std::make_shared<RevocationLists>();
  std::string why;
  const bool is_read = lists->Read(*text, &why);
  // A key may be in the same file.
  Cleanse(&*text);
  if (is_read) return lists;
  return TlsOptionError(
      "revoked", absl::StrCat("the CRLs in ", SourceOf(pem), " cannot be used",
                              why.empty() ? "" : ": ", why));
}

absl::Status TellClients(const TrustAnchors& anchors, SSL_CTX* context) {
  bssl::UniquePtr<STACK_OF(X509_NAME)> names(sk_X509_NAME_new_null());
  if (names == nullptr) return TlsOutOfMemory();
  absl::flat_hash_set<std::string> told;
  const STACK_OF(X509)* const all = anchors.all();
  for (std::size_t i = 0; i < sk_X509_num(all); ++i) {
    X509* const certificate = sk_X509_value(all, i);
    if (!anchors.IsTrusted(certificate)) continue;
    // A client looks for the issuer of its certificate. For a certificate that
    // vouches only for itself, the name to send is therefore its issuer's.
    X509_NAME* const name = X509_check_ca(certificate)
                                ? X509_get_subject_name(certificate)
                                : X509_get_issuer_name(certificate);
    const std::uint8_t* der = nullptr;
    std::size_t size = 0;
    if (!X509_NAME_get0_der(name, &der, &size)) return TlsOutOfMemory();
    if (!told.emplace(reinterpret_cast<const char*>(der), size).second) {
      continue;
    }
    bssl::UniquePtr<X509_NAME> copy(X509_NAME_dup(name));
    if (copy == nullptr || !bssl::PushToStack(names.get(), std::move(copy))) {
      return TlsOutOfMemory();
    }
  }
  SSL_CTX_set_client_CA_list(context, names.release());
  return absl::OkStatus();
}

absl::Status UseCertificate(const TlsPem& pem, SSL_CTX* context) {
  const auto chain = LoadCertificates("certificate", pem);
  if (!chain.ok()) return chain.status();
  const ReadCertificate& own = chain->front();
  const std::string unusable = WhyKeyIsUnusable(own.certificate.get());
  if (!unusable.empty()) {
    return CertificateError("certificate", pem, own, unusable);
  }
  if (!SSL_CTX_use_certificate(context, own.certificate.get())) {
    return CertificateError("certificate", pem, own,
                            LibraryErrorText(TakeLibraryError()));
  }
  // Only the chain that is given here is sent. It is not completed with
  // certificates of `trusted`.
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  for (std::size_t i = 1; i < chain->size(); ++i) {
    if (!SSL_CTX_add1_chain_cert(context, (*chain)[i].certificate.get())) {
      return TlsOutOfMemory();
    }
  }
  return absl::OkStatus();
}

absl::Status UsePrivateKey(const TlsOptions& options, SSL_CTX* context) {
  absl::StatusOr<std::string> text = Load("private_key", options.private_key);
  if (!text.ok()) return text.status();
  std::string source = SourceOf(options.private_key);
  PemReader blocks(*text);
  PemBlock block;
  bool is_found = false;
  while (!is_found && blocks.Next(&block)) is_found = IsKeyLabel(block.label);
  std::string pem;
  std::string fault;
  if (!is_found) {
    fault = WhyNotPem(*text);
  } else {
    absl::StrAppend(&source, ", ", block.Place(), ",");
    fault = block.fault;
    if (fault.empty()) block.Normalize(&pem, &fault);
  }
  Cleanse(&*text);
  if (!is_found) {
    return TlsOptionError("private_key",
                          absl::StrCat("there is no private key in ", source,
                                       fault.empty() ? "" : ": ", fault));
  }
  if (!fault.empty()) {
    return TlsOptionError(
        "private_key",
        absl::StrCat("the key in ", source, " cannot be read: ", fault));
  }
  Passphrase passphrase{options, false, absl::OkStatus()};
  const bssl::UniquePtr<BIO> reader(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const bssl::UniquePtr<EVP_PKEY> key(
      reader == nullptr
          ? nullptr
          : PEM_read_bio_PrivateKey(reader.get(), nullptr, &TakePassphrase,
                                    &passphrase));
  Cleanse(&pem);
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
