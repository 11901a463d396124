#include "mortise/core/tls/internal/certificate_reader.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/tls/internal/pem_reader.h"
#include "openssl/bytestring.h"
#include "openssl/err.h"
#include "openssl/x509.h"

namespace mortise {
namespace internal {
namespace {

constexpr absl::string_view kTrusted = "TRUSTED CERTIFICATE";

bool IsCertificateLabel(absl::string_view label) {
  // RFC 7468, section 5.1, and what OpenSSL writes.
  return label == "CERTIFICATE" || label == "X509 CERTIFICATE" ||
         label == "X.509 CERTIFICATE" || label == kTrusted;
}

// Parses a sequence of object identifiers.
bool ParseUses(CBS* sequence, std::vector<std::string>* uses) {
  while (CBS_len(sequence) > 0) {
    CBS oid;
    if (!CBS_get_asn1(sequence, &oid, CBS_ASN1_OBJECT)) return false;
    uses->emplace_back(reinterpret_cast<const char*>(CBS_data(&oid)),
                       CBS_len(&oid));
  }
  return true;
}

// Parses OpenSSL's X509_CERT_AUX: trusted uses, then rejected uses [0], then an
// alias, a key's identifier and other fields, which do not affect trust.
bool ParseSettings(CBS* bytes, TrustSettings* settings) {
  if (CBS_len(bytes) == 0) return true;
  CBS all;
  if (!CBS_get_asn1(bytes, &all, CBS_ASN1_SEQUENCE) || CBS_len(bytes) != 0) {
    return false;
  }
  CBS uses;
  int is_there = 0;
  if (!CBS_get_optional_asn1(&all, &uses, &is_there, CBS_ASN1_SEQUENCE) ||
      (is_there != 0 && !ParseUses(&uses, &settings->trusted))) {
    return false;
  }
  constexpr unsigned kRejected = CBS_ASN1_CONSTRUCTED |  // NOLINT: its type
                                 CBS_ASN1_CONTEXT_SPECIFIC | 0;
  if (!CBS_get_optional_asn1(&all, &uses, &is_there, kRejected) ||
      (is_there != 0 && !ParseUses(&uses, &settings->rejected))) {
    return false;
  }
  while (CBS_len(&all) > 0) {
    CBS other;
    if (!CBS_get_any_asn1(&all, &other, nullptr)) return false;
  }
  return true;
}

// Reads the certificate of `block`. Returns nullptr, and says why in `*why`, if
// it cannot be read.
bssl::UniquePtr<X509> Parse(const PemBlock& block, TrustSettings* settings,
                            std::string* why) {
  *why = block.fault;
  std::string der;
  if (!why->empty() || !block.Decode(&der, why)) return nullptr;
  CBS bytes;
  CBS_init(&bytes, reinterpret_cast<const std::uint8_t*>(der.data()),
           der.size());
  CBS element;
  if (CBS_get_asn1_element(&bytes, &element, CBS_ASN1_SEQUENCE)) {
    bssl::UniquePtr<X509> certificate =
        CertificateOf(absl::string_view(der).substr(0, CBS_len(&element)));
    if (certificate != nullptr) {
      if (block.label == kTrusted) {
        if (ParseSettings(&bytes, settings)) return certificate;
        *why = "its trust settings cannot be read";
        return nullptr;
      }
      if (CBS_len(&bytes) == 0) return certificate;
      *why = absl::StrCat("there are ", CBS_len(&bytes),
                          " bytes behind the certificate");
      return nullptr;
    }
  }
  *why = "its bytes are not a certificate (X.509 in DER form)";
  return nullptr;
}

}  // namespace

bssl::UniquePtr<X509> CertificateOf(absl::string_view der) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(der.data());
  const std::uint8_t* const end = data + der.size();
  bssl::UniquePtr<X509> certificate(d2i_X509(
      nullptr, &data, static_cast<long>(der.size())));  // NOLINT: its type
  ERR_clear_error();
  if (data != end) return nullptr;
  return certificate;
}

CertificateText ReadCertificates(absl::string_view text) {
  CertificateText read;
  SkippedBlocks skipped;
  PemReader reader(text);
  PemBlock block;
  while (reader.Next(&block)) {
    if (!IsCertificateLabel(block.label)) {
      skipped.Add(block.label);
      continue;
    }
    ReadCertificate one;
    std::string why;
    one.certificate = Parse(block, &one.settings, &why);
    one.place = block.Place();
    if (one.certificate != nullptr) {
      read.certificates.push_back(std::move(one));
    } else if (read.fault.empty()) {
      read.fault = absl::StrCat(one.place, ": ", why);
    }
  }
  if (read.certificates.empty() && read.fault.empty()) {
    read.why_none = skipped.WhyNothing(text);
  }
  return read;
}

}  // namespace internal
}  // namespace mortise
