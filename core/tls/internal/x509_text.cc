#include "mortise/core/tls/internal/x509_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/core/tls/tls_certificate.h"
#include "openssl/asn1.h"
#include "openssl/bio.h"
#include "openssl/bn.h"
#include "openssl/mem.h"
#include "openssl/sha.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace mortise {
namespace internal {
namespace {

std::string Contents(BIO* bio) {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  if (!BIO_mem_contents(bio, &data, &size)) return "";
  return std::string(reinterpret_cast<const char*>(data), size);
}

std::string SerialNumber(X509* certificate) {
  bssl::UniquePtr<BIGNUM> number(
      ASN1_INTEGER_to_BN(X509_get_serialNumber(certificate), nullptr));
  if (number == nullptr) return "";
  bssl::UniquePtr<char> hex(BN_bn2hex(number.get()));
  return hex == nullptr ? "" : std::string(hex.get());
}

}  // namespace

absl::string_view BytesOf(const ASN1_STRING* string) {
  return absl::string_view(
      reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
      static_cast<std::size_t>(ASN1_STRING_length(string)));
}

bool IsSelfIssued(X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(certificate),
                       X509_get_issuer_name(certificate)) == 0;
}

std::string NameText(const X509_NAME* name) {
  bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr ||
      X509_NAME_print_ex(bio.get(), const_cast<X509_NAME*>(name), 0,
                         XN_FLAG_RFC2253) < 0) {
    return "";
  }
  return Contents(bio.get());
}

std::string QuotedName(const X509_NAME* name) {
  return absl::StrCat("\"", Shortened(NameText(name)), "\"");
}

std::string Shortened(std::string text) {
  // A name may fill almost the whole certificate.
  constexpr std::size_t kLongest = 256;
  if (text.size() <= kLongest) return text;
  text.resize(kLongest);
  return absl::StrCat(text, "...");
}

std::string IpText(absl::string_view bytes) {
  Ipv4Bytes ipv4;
  Ipv6Bytes ipv6;
  if (bytes.size() == ipv4.size()) {
    std::copy(bytes.begin(), bytes.end(), ipv4.begin());
    return FormatIpv4(ipv4);
  }
  if (bytes.size() == ipv6.size()) {
    std::copy(bytes.begin(), bytes.end(), ipv6.begin());
    return FormatIpv6(ipv6);
  }
  return absl::BytesToHexString(bytes);
}

absl::Time TimeOf(const ASN1_TIME* time) {
  bssl::UniquePtr<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (epoch == nullptr || !ASN1_TIME_diff(&days, &seconds, epoch.get(), time)) {
    return absl::InfinitePast();
  }
  return absl::UnixEpoch() + absl::Hours(24) * days + absl::Seconds(seconds);
}

AlternativeNames AlternativeNamesOf(X509* certificate) {
  AlternativeNames names;
  bssl::UniquePtr<GENERAL_NAMES> all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (all == nullptr) return names;
  for (std::size_t i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type == GEN_DNS) names.dns.emplace_back(BytesOf(name->d.dNSName));
    if (name->type == GEN_IPADD) {
      names.ip.emplace_back(BytesOf(name->d.iPAddress));
    }
  }
  return names;
}

std::string DerOf(X509* certificate) {
  std::uint8_t* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size < 0) return "";
  std::string bytes(reinterpret_cast<char*>(der),
                    static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

TlsCertificate Describe(X509* certificate) {
  TlsCertificate described;
  described.subject = NameText(X509_get_subject_name(certificate));
  described.issuer = NameText(X509_get_issuer_name(certificate));
  described.serial_number = SerialNumber(certificate);
  described.not_before = TimeOf(X509_get0_notBefore(certificate));
  described.not_after = TimeOf(X509_get0_notAfter(certificate));
  AlternativeNames names = AlternativeNamesOf(certificate);
  for (const std::string& name : names.dns) {
    // Escaped, so that a program can print it without harm.
    described.dns_names.push_back(absl::CHexEscape(name));
  }
  for (const std::string& ip : names.ip) {
    described.ip_addresses.push_back(IpText(ip));
  }
  described.der = DerOf(certificate);
  std::uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const std::uint8_t*>(described.der.data()),
         described.der.size(), digest);
  described.sha256 = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
  return described;
}

}  // namespace internal
}  // namespace mortise
