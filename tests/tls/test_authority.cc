#include "mortise/tests/tls/test_authority.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "openssl/asn1.h"
#include "openssl/bio.h"
#include "openssl/bn.h"
#include "openssl/bytestring.h"
#include "openssl/digest.h"
#include "openssl/ec.h"
#include "openssl/ec_key.h"
#include "openssl/evp.h"
#include "openssl/mem.h"
#include "openssl/nid.h"
#include "openssl/obj.h"
#include "openssl/pem.h"
#include "openssl/rand.h"
#include "openssl/rsa.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace mortise {
namespace testing_tls {
namespace {

// Ends the program if `ok` is false. A test that cannot make its certificates
// would test nothing.
void Must(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "test_authority: %s failed\n", what);
  std::abort();
}
#define MUST(call) Must(static_cast<bool>(call), #call)

using Key = bssl::UniquePtr<EVP_PKEY>;
using Certificate = bssl::UniquePtr<X509>;

Key MakeRsa(int bits) {
  bssl::UniquePtr<RSA> rsa(RSA_new());
  bssl::UniquePtr<BIGNUM> exponent(BN_new());
  MUST(BN_set_word(exponent.get(), RSA_F4));
  MUST(RSA_generate_key_ex(rsa.get(), bits, exponent.get(), nullptr));
  Key key(EVP_PKEY_new());
  MUST(EVP_PKEY_set1_RSA(key.get(), rsa.get()));
  return key;
}

Key MakeEc(int curve) {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(curve));
  MUST(EC_KEY_generate_key(ec.get()));
  Key key(EVP_PKEY_new());
  MUST(EVP_PKEY_set1_EC_KEY(key.get(), ec.get()));
  return key;
}

Key MakeKey(KeyKind kind) {
  switch (kind) {
    case KeyKind::kRsa1024:
      return MakeRsa(1024);
    case KeyKind::kRsa2048:
      return MakeRsa(2048);
    case KeyKind::kP224:
      return MakeEc(NID_secp224r1);
    case KeyKind::kP384:
      return MakeEc(NID_secp384r1);
    case KeyKind::kP521:
      return MakeEc(NID_secp521r1);
    case KeyKind::kEd25519: {
      std::uint8_t seed[32];
      RAND_bytes(seed, sizeof(seed));
      return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed,
                                              sizeof(seed)));
    }
    case KeyKind::kP256:
      break;
  }
  return MakeEc(NID_X9_62_prime256v1);
}

std::string Contents(BIO* bio) {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  MUST(BIO_mem_contents(bio, &data, &size));
  return std::string(reinterpret_cast<const char*>(data), size);
}

std::string CertificatePem(X509* certificate) {
  if (certificate == nullptr) return "";
  bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  MUST(PEM_write_bio_X509(bio.get(), certificate));
  return Contents(bio.get());
}

std::string KeyPem(EVP_PKEY* key) {
  bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  MUST(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0,
                                     nullptr, nullptr));
  return Contents(bio.get());
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  bssl::UniquePtr<X509_EXTENSION> extension(X509V3_EXT_nconf_nid(
      nullptr, &context, nid, const_cast<char*>(value.c_str())));
  Must(extension != nullptr, value.c_str());
  MUST(X509_add_ext(certificate, extension.get(), -1));
}

void AddUnknownExtension(X509* certificate) {
  const bssl::UniquePtr<ASN1_OBJECT> name(
      OBJ_txt2obj("1.3.6.1.4.1.99999.1", /*dont_search_names=*/1));
  const bssl::UniquePtr<ASN1_OCTET_STRING> value(ASN1_OCTET_STRING_new());
  MUST(ASN1_OCTET_STRING_set(value.get(),
                             reinterpret_cast<const std::uint8_t*>("\5"), 1));
  const bssl::UniquePtr<X509_EXTENSION> extension(X509_EXTENSION_create_by_OBJ(
      nullptr, name.get(), /*crit=*/1, value.get()));
  MUST(extension);
  MUST(X509_add_ext(certificate, extension.get(), -1));
}

void AddSubject(const std::string& common_name,
                STACK_OF(GENERAL_SUBTREE) * *subtrees) {
  if (common_name.empty()) return;
  GENERAL_SUBTREE* const subtree = GENERAL_SUBTREE_new();
  subtree->base->type = GEN_DIRNAME;
  subtree->base->d.directoryName = X509_NAME_new();
  MUST(X509_NAME_add_entry_by_txt(
      subtree->base->d.directoryName, "CN", MBSTRING_UTF8,
      reinterpret_cast<const std::uint8_t*>(common_name.data()),
      static_cast<int>(common_name.size()), -1, 0));
  if (*subtrees == nullptr) *subtrees = sk_GENERAL_SUBTREE_new_null();
  MUST(sk_GENERAL_SUBTREE_push(*subtrees, subtree));
}

void AddNameConstraints(const Wanted& wanted, X509* certificate) {
  const bssl::UniquePtr<X509_EXTENSION> text(
      X509V3_EXT_nconf_nid(nullptr, nullptr, NID_name_constraints,
                           const_cast<char*>(wanted.name_constraints.c_str())));
  Must(text != nullptr, wanted.name_constraints.c_str());
  const bssl::UniquePtr<NAME_CONSTRAINTS> constraints(
      static_cast<NAME_CONSTRAINTS*>(X509V3_EXT_d2i(text.get())));
  MUST(constraints);
  AddSubject(wanted.permitted_subject, &constraints->permittedSubtrees);
  AddSubject(wanted.excluded_subject, &constraints->excludedSubtrees);
  MUST(X509_add1_ext_i2d(certificate, NID_name_constraints, constraints.get(),
                         /*crit=*/1, X509V3_ADD_DEFAULT));
}

// If `issuer` is nullptr, the certificate issues itself.
Certificate Make(const Wanted& wanted, EVP_PKEY* key, X509* issuer,
                 EVP_PKEY* issuer_key) {
  Certificate made(X509_new());
  MUST(X509_set_version(made.get(), 2));
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<std::uint8_t*>(&serial), sizeof(serial));
  MUST(ASN1_INTEGER_set(X509_get_serialNumber(made.get()),
                        static_cast<long>(serial & 0x3fffffff)));  // NOLINT
  const absl::Time now = absl::Now();
  MUST(ASN1_TIME_set(X509_getm_notBefore(made.get()),
                     absl::ToTimeT(now + wanted.begins)));
  MUST(ASN1_TIME_set(X509_getm_notAfter(made.get()),
                     absl::ToTimeT(now + wanted.ends)));
  X509_NAME* const subject = X509_get_subject_name(made.get());
  MUST(X509_NAME_add_entry_by_txt(
      subject, "CN", MBSTRING_UTF8,
      reinterpret_cast<const std::uint8_t*>(wanted.common_name.data()),
      static_cast<int>(wanted.common_name.size()), -1, 0));
  for (const std::string& part : wanted.subject) {
    const std::size_t equals = part.find('=');
    const bool is_email = part.substr(0, equals) == "emailAddress";
    MUST(X509_NAME_add_entry_by_txt(
        subject, part.substr(0, equals).c_str(),
        is_email ? V_ASN1_IA5STRING : MBSTRING_UTF8,
        reinterpret_cast<const std::uint8_t*>(part.data() + equals + 1),
        static_cast<int>(part.size() - equals - 1), -1, 0));
  }
  MUST(X509_set_issuer_name(
      made.get(), issuer == nullptr ? subject : X509_get_subject_name(issuer)));
  MUST(X509_set_pubkey(made.get(), key));
  std::string constraints =
      wanted.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE";
  if (wanted.path_length >= 0) {
    absl::StrAppend(&constraints, ",pathlen:", wanted.path_length);
  }
  AddExtension(made.get(), NID_basic_constraints, constraints);
  if (wanted.key_usage.empty()) {
    AddExtension(made.get(), NID_key_usage,
                 wanted.is_authority ? "critical,keyCertSign,cRLSign"
                                     : "critical,digitalSignature");
  } else if (wanted.key_usage != "none") {
    AddExtension(made.get(), NID_key_usage, wanted.key_usage);
  }
  if (!wanted.is_authority) {
    std::vector<std::string> names = wanted.other_names;
    for (const std::string& name : wanted.dns_names) {
      names.push_back(absl::StrCat("DNS:", name));
    }
    for (const std::string& ip : wanted.ip_addresses) {
      names.push_back(absl::StrCat("IP:", ip));
    }
    if (!names.empty()) {
      AddExtension(made.get(), NID_subject_alt_name, absl::StrJoin(names, ","));
    }
    if (!wanted.purpose.empty()) {
      AddExtension(made.get(), NID_ext_key_usage, wanted.purpose);
    }
  }
  if (!wanted.name_constraints.empty()) AddNameConstraints(wanted, made.get());
  if (wanted.has_unknown_extension) AddUnknownExtension(made.get());
  if (wanted.has_key_id) {
    AddExtension(made.get(), NID_subject_key_identifier, "hash");
  }
  const EVP_MD* digest =
      wanted.digest == Digest::kSha1 || wanted.digest == Digest::kPssSha1
          ? EVP_sha1()
          : EVP_sha256();
  if (wanted.digest == Digest::kPssSha256 ||
      wanted.digest == Digest::kPssSha1) {
    bssl::ScopedEVP_MD_CTX context;
    EVP_PKEY_CTX* padding = nullptr;
    MUST(EVP_DigestSignInit(context.get(), &padding, digest, nullptr,
                            issuer_key));
    MUST(EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING));
    MUST(EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, -1));
    if (X509_sign_ctx(made.get(), context.get())) return made;
    Must(wanted.digest == Digest::kPssSha1, "X509_sign_ctx");
    return nullptr;
  }
  if (EVP_PKEY_id(issuer_key) == EVP_PKEY_ED25519) digest = nullptr;
  MUST(X509_sign(made.get(), issuer_key, digest));
  return made;
}

}  // namespace

std::string KeyKindName(KeyKind kind) {
  switch (kind) {
    case KeyKind::kP256:
      return "P256";
    case KeyKind::kP224:
      return "P224";
    case KeyKind::kP384:
      return "P384";
    case KeyKind::kP521:
      return "P521";
    case KeyKind::kEd25519:
      return "Ed25519";
    case KeyKind::kRsa1024:
      return "Rsa1024";
    case KeyKind::kRsa2048:
      break;
  }
  return "Rsa2048";
}

struct TestAuthority::Rep {
  Key key;
  Certificate certificate;
  // The certificates between this authority and the root, including its own.
  std::string chain_pem;
};

TestAuthority::TestAuthority(std::shared_ptr<const Rep> rep)
    : rep_(std::move(rep)) {}

TestAuthority TestAuthority::Root(const std::string& common_name, KeyKind key) {
  Wanted wanted;
  wanted.common_name = common_name;
  wanted.key = key;
  return Root(wanted);
}

TestAuthority TestAuthority::Root(Wanted wanted) {
  wanted.is_authority = true;
  auto rep = std::make_shared<Rep>();
  rep->key = MakeKey(wanted.key);
  rep->certificate = Make(wanted, rep->key.get(), nullptr, rep->key.get());
  return TestAuthority(std::move(rep));
}

TestAuthority TestAuthority::Intermediate(Wanted wanted) const {
  wanted.is_authority = true;
  return Pretender(wanted);
}

TestAuthority TestAuthority::Pretender(Wanted wanted) const {
  auto rep = std::make_shared<Rep>();
  rep->key = MakeKey(wanted.key);
  rep->certificate =
      Make(wanted, rep->key.get(), rep_->certificate.get(), rep_->key.get());
  rep->chain_pem =
      absl::StrCat(CertificatePem(rep->certificate.get()), rep_->chain_pem);
  return TestAuthority(std::move(rep));
}

TestIdentity TestAuthority::Issue(const Wanted& wanted) const {
  const Key key = MakeKey(wanted.key);
  const Certificate certificate =
      Make(wanted, key.get(), rep_->certificate.get(), rep_->key.get());
  TestIdentity identity;
  identity.certificate_pem = CertificatePem(certificate.get());
  identity.chain_pem = absl::StrCat(identity.certificate_pem, rep_->chain_pem);
  identity.key_pem = KeyPem(key.get());
  return identity;
}

std::string TestAuthority::certificate_pem() const {
  return CertificatePem(rep_->certificate.get());
}

std::string TestAuthority::RevocationList(const WantedList& wanted) const {
  const bssl::UniquePtr<X509_CRL> made(X509_CRL_new());
  MUST(X509_CRL_set_version(made.get(), X509_CRL_VERSION_2));
  MUST(X509_CRL_set_issuer_name(
      made.get(), X509_get_subject_name(rep_->certificate.get())));
  const bssl::UniquePtr<ASN1_TIME> begin(
      ASN1_TIME_set(nullptr, absl::ToTimeT(absl::Now() - absl::Hours(48))));
  MUST(X509_CRL_set1_lastUpdate(made.get(), begin.get()));
  if (wanted.ends != absl::ZeroDuration()) {
    const bssl::UniquePtr<ASN1_TIME> end(
        ASN1_TIME_set(nullptr, absl::ToTimeT(absl::Now() + wanted.ends)));
    MUST(X509_CRL_set1_nextUpdate(made.get(), end.get()));
  }
  X509V3_CTX context;
  X509V3_set_ctx(&context, rep_->certificate.get(), nullptr, nullptr,
                 made.get(), 0);
  const auto extension = [&context](const std::string& text) {
    const std::size_t equals = text.find('=');
    bssl::UniquePtr<X509_EXTENSION> one(
        X509V3_EXT_nconf(nullptr, &context, text.substr(0, equals).c_str(),
                         const_cast<char*>(text.substr(equals + 1).c_str())));
    Must(one != nullptr, text.c_str());
    return one;
  };
  for (const std::string& pem : wanted.revoked) {
    const bssl::UniquePtr<BIO> in(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Certificate certificate(
        PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    MUST(certificate);
    bssl::UniquePtr<X509_REVOKED> entry(X509_REVOKED_new());
    MUST(X509_REVOKED_set_serialNumber(
        entry.get(), X509_get_serialNumber(certificate.get())));
    MUST(X509_REVOKED_set_revocationDate(entry.get(), begin.get()));
    if (!wanted.entry_extension.empty()) {
      MUST(X509_REVOKED_add_ext(entry.get(),
                                extension(wanted.entry_extension).get(), -1));
    }
    MUST(X509_CRL_add0_revoked(made.get(), entry.release()));
  }
  if (wanted.names_key) {
    MUST(X509_CRL_add_ext(
        made.get(), extension("authorityKeyIdentifier=keyid:always").get(),
        -1));
  }
  if (!wanted.extension.empty()) {
    MUST(X509_CRL_add_ext(made.get(), extension(wanted.extension).get(), -1));
  }
  const bool has_digest = EVP_PKEY_id(rep_->key.get()) != EVP_PKEY_ED25519;
  MUST(X509_CRL_sign(made.get(), rep_->key.get(),
                     has_digest ? EVP_sha256() : nullptr));
  const bssl::UniquePtr<BIO> out(BIO_new(BIO_s_mem()));
  MUST(PEM_write_bio_X509_CRL(out.get(), made.get()));
  if (!wanted.is_damaged) return Contents(out.get());
  std::string der = DerOfPem(Contents(out.get()));
  der.back() ^= 1;
  return PemOf("X509 CRL", der);
}

TestIdentity SelfSigned(const Wanted& wanted) {
  const Key key = MakeKey(wanted.key);
  const Certificate certificate = Make(wanted, key.get(), nullptr, key.get());
  TestIdentity identity;
  identity.certificate_pem = CertificatePem(certificate.get());
  identity.chain_pem = identity.certificate_pem;
  identity.key_pem = KeyPem(key.get());
  return identity;
}

std::string TestIdentity::EncryptedKeyPem(const std::string& passphrase) const {
  bssl::UniquePtr<BIO> in(
      BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  bssl::UniquePtr<BIO> out(BIO_new(BIO_s_mem()));
  MUST(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(),
                                     const_cast<char*>(passphrase.data()),
                                     static_cast<int>(passphrase.size()),
                                     nullptr, nullptr));
  return Contents(out.get());
}

std::string DerOfPem(const std::string& pem) {
  const bssl::UniquePtr<BIO> in(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  char* label = nullptr;
  char* header = nullptr;
  std::uint8_t* data = nullptr;
  long size = 0;  // NOLINT: the library's type
  MUST(PEM_read_bio(in.get(), &label, &header, &data, &size));
  const std::string der(reinterpret_cast<const char*>(data),
                        static_cast<std::size_t>(size));
  OPENSSL_free(label);
  OPENSSL_free(header);
  OPENSSL_free(data);
  return der;
}

std::string PemOf(const std::string& label, const std::string& der) {
  const bssl::UniquePtr<BIO> out(BIO_new(BIO_s_mem()));
  MUST(PEM_write_bio(out.get(), label.c_str(), "",
                     reinterpret_cast<const std::uint8_t*>(der.data()),
                     static_cast<long>(der.size())));  // NOLINT: its type
  return Contents(out.get());
}

std::string TrustedPem(const std::string& certificate_pem,
                       const std::vector<std::string>& trusted,
                       const std::vector<std::string>& rejected) {
  bssl::ScopedCBB out;
  CBB settings;
  MUST(CBB_init(out.get(), 64));
  MUST(CBB_add_asn1(out.get(), &settings, CBS_ASN1_SEQUENCE));
  const auto add = [&](const std::vector<std::string>& uses, unsigned tag) {
    if (uses.empty()) return;
    CBB list;
    MUST(CBB_add_asn1(&settings, &list, tag));
    for (const std::string& use : uses) {
      CBB oid;
      MUST(CBB_add_asn1(&list, &oid, CBS_ASN1_OBJECT));
      MUST(CBB_add_asn1_oid_from_text(&oid, use.data(), use.size()));
      MUST(CBB_flush(&list));
    }
    MUST(CBB_flush(&settings));
  };
  add(trusted, CBS_ASN1_SEQUENCE);
  add(rejected, CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0);
  CBB alias;
  MUST(CBB_add_asn1(&settings, &alias, CBS_ASN1_UTF8STRING));
  MUST(
      CBB_add_bytes(&alias, reinterpret_cast<const std::uint8_t*>("alias"), 5));
  MUST(CBB_flush(out.get()));
  return PemOf(
      "TRUSTED CERTIFICATE",
      absl::StrCat(
          DerOfPem(certificate_pem),
          absl::string_view(reinterpret_cast<const char*>(CBB_data(out.get())),
                            CBB_len(out.get()))));
}

std::string WithUnknownKeyKind(const std::string& certificate_pem) {
  std::string der = DerOfPem(certificate_pem);
  // rsaEncryption is 1.2.840.113549.1.1.1. RSA-PSS ends in 10 instead.
  const std::string rsa("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01");
  // Ed25519 is 1.3.101.112. Ed448 ends in 113 instead.
  const std::string ed25519("\x06\x03\x2b\x65\x70");
  std::size_t at = der.find(rsa);
  if (at != std::string::npos) {
    der[at + rsa.size() - 1] = 10;
  } else {
    at = der.find(ed25519);
    MUST(at != std::string::npos);
    der[at + ed25519.size() - 1] = 113;
  }
  return PemOf("CERTIFICATE", der);
}

}  // namespace testing_tls
}  // namespace mortise
