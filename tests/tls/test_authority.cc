#include "tests/tls/test_authority.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "openssl/asn1.h"
#include "openssl/bio.h"
#include "openssl/bn.h"
#include "openssl/ec.h"
#include "openssl/ec_key.h"
#include "openssl/evp.h"
#include "openssl/nid.h"
#include "openssl/pem.h"
#include "openssl/rand.h"
#include "openssl/rsa.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace mortise {
namespace testing_tls {
namespace {

// A test that cannot make its certificates tests nothing.
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

// `issuer` nullptr is itself.
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
  MUST(X509_set_issuer_name(
      made.get(), issuer == nullptr ? subject : X509_get_subject_name(issuer)));
  MUST(X509_set_pubkey(made.get(), key));
  AddExtension(made.get(), NID_basic_constraints,
               wanted.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  AddExtension(made.get(), NID_key_usage,
               wanted.is_authority ? "critical,keyCertSign,cRLSign"
                                   : "critical,digitalSignature");
  if (!wanted.is_authority) {
    std::string names;
    for (const std::string& name : wanted.dns_names) {
      absl::StrAppend(&names, names.empty() ? "" : ",", "DNS:", name);
    }
    for (const std::string& ip : wanted.ip_addresses) {
      absl::StrAppend(&names, names.empty() ? "" : ",", "IP:", ip);
    }
    if (!names.empty()) AddExtension(made.get(), NID_subject_alt_name, names);
    if (!wanted.purpose.empty()) {
      AddExtension(made.get(), NID_ext_key_usage, wanted.purpose);
    }
  }
  if (!wanted.permitted_dns.empty()) {
    AddExtension(made.get(), NID_name_constraints,
                 absl::StrCat("critical,permitted;DNS:", wanted.permitted_dns));
  }
  const EVP_MD* digest =
      wanted.digest == Digest::kSha1 ? EVP_sha1() : EVP_sha256();
  if (EVP_PKEY_id(issuer_key) == EVP_PKEY_ED25519) digest = nullptr;
  MUST(X509_sign(made.get(), issuer_key, digest));
  return made;
}

}  // namespace

struct TestAuthority::Rep {
  Key key;
  Certificate certificate;
  // Of those between it and the root, itself included.
  std::string chain_pem;
};

TestAuthority::TestAuthority(std::shared_ptr<const Rep> rep)
    : rep_(std::move(rep)) {}

TestAuthority TestAuthority::Root(const std::string& common_name, KeyKind key) {
  Wanted wanted;
  wanted.common_name = common_name;
  wanted.is_authority = true;
  auto rep = std::make_shared<Rep>();
  rep->key = MakeKey(key);
  rep->certificate = Make(wanted, rep->key.get(), nullptr, rep->key.get());
  return TestAuthority(std::move(rep));
}

TestAuthority TestAuthority::Intermediate(Wanted wanted) const {
  wanted.is_authority = true;
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

}  // namespace testing_tls
}  // namespace mortise
