#include "mortise/core/tls/internal/key_kind.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "openssl/ec.h"
#include "openssl/ec_key.h"
#include "openssl/err.h"
#include "openssl/evp.h"
#include "openssl/nid.h"
#include "openssl/obj.h"
#include "openssl/x509.h"

namespace mortise {
namespace internal {
namespace {

struct KnownName {
  const char* oid;
  const char* name;
};

// RFC 8017, 8410, 3279, 9881; SEC 2; RFC 5639; RFC 8998.
constexpr KnownName kNames[] = {
    {"1.2.840.113549.1.1.1", "RSA"},
    {"1.2.840.113549.1.1.10", "RSA-PSS"},
    {"1.3.101.110", "X25519"},
    {"1.3.101.111", "X448"},
    {"1.3.101.112", "Ed25519"},
    {"1.3.101.113", "Ed448"},
    {"1.2.840.10040.4.1", "DSA"},
    {"2.16.840.1.101.3.4.3.17", "ML-DSA-44"},
    {"2.16.840.1.101.3.4.3.18", "ML-DSA-65"},
    {"2.16.840.1.101.3.4.3.19", "ML-DSA-87"},
};
constexpr KnownName kCurves[] = {
    {"1.2.840.10045.3.1.1", "P-192"},
    {"1.3.132.0.33", "P-224"},
    {"1.2.840.10045.3.1.7", "P-256"},
    {"1.3.132.0.34", "P-384"},
    {"1.3.132.0.35", "P-521"},
    {"1.3.132.0.10", "secp256k1"},
    {"1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"},
    {"1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"},
    {"1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"},
    {"1.2.156.10197.1.301", "SM2"},
};

template <std::size_t kCount>
std::string NameOf(const ASN1_OBJECT* object,
                   const KnownName (&names)[kCount]) {
  char oid[128];
  if (OBJ_obj2txt(oid, sizeof(oid), object, /*always_return_oid=*/1) <= 0) {
    return "unknown";
  }
  for (const KnownName& known : names) {
    if (absl::string_view(oid) == known.oid) return known.name;
  }
  return oid;
}

std::string KindOf(const X509* certificate) {
  ASN1_OBJECT* kind = nullptr;
  X509_ALGOR* algorithm = nullptr;
  if (!X509_PUBKEY_get0_param(&kind, nullptr, nullptr, &algorithm,
                              X509_get_X509_PUBKEY(certificate))) {
    return "unknown";
  }
  int type = 0;
  const void* parameter = nullptr;
  X509_ALGOR_get0(nullptr, &type, &parameter, algorithm);
  if (OBJ_obj2nid(kind) == NID_X9_62_id_ecPublicKey) {
    if (type != V_ASN1_OBJECT) return "a curve without a name";
    return absl::StrCat(
        "the curve ",
        NameOf(static_cast<const ASN1_OBJECT*>(parameter), kCurves));
  }
  return NameOf(kind, kNames);
}

bool IsUsable(const EVP_PKEY* key) {
  switch (EVP_PKEY_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_ED25519:
      return true;
    case EVP_PKEY_EC:
      switch (EC_GROUP_get_curve_name(
          EC_KEY_get0_group(EVP_PKEY_get0_EC_KEY(key)))) {
        case NID_X9_62_prime256v1:
        case NID_secp384r1:
        case NID_secp521r1:
          return true;
        default:
          return false;
      }
    default:
      return false;
  }
}

bssl::UniquePtr<EVP_PKEY> KeyOf(const X509* certificate) {
  bssl::UniquePtr<EVP_PKEY> key(
      X509_get_pubkey(const_cast<X509*>(certificate)));
  ERR_clear_error();
  return key;
}

// Whether BoringSSL can read keys of this kind, unless they are damaged.
bool IsKnown(absl::string_view kind) {
  for (const absl::string_view known :
       {"RSA", "Ed25519", "the curve P-224", "the curve P-256",
        "the curve P-384", "the curve P-521"}) {
    if (kind == known) return true;
  }
  return false;
}

std::string Complaint(const X509* certificate, const EVP_PKEY* key) {
  const std::string kind = KindOf(certificate);
  if (key == nullptr && IsKnown(kind)) {
    return absl::StrCat("its key, of the kind ", kind, ", is damaged");
  }
  return absl::StrCat("its key is of the kind ", kind,
                      ", which is not supported");
}

}  // namespace

std::string WhyKeyIsUnusable(const X509* certificate) {
  const bssl::UniquePtr<EVP_PKEY> key = KeyOf(certificate);
  if (key != nullptr && IsUsable(key.get())) return "";
  return Complaint(certificate, key.get());
}

std::string WhyKeyIsUnknown(const X509* certificate) {
  const bssl::UniquePtr<EVP_PKEY> key = KeyOf(certificate);
  return key != nullptr ? "" : Complaint(certificate, nullptr);
}

}  // namespace internal
}  // namespace mortise
