#include "mortise/internal/tls/peer_check.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/internal/inet_text.h"
#include "mortise/internal/tls/x509_text.h"
#include "openssl/ec.h"
#include "openssl/ec_key.h"
#include "openssl/evp.h"
#include "openssl/nid.h"
#include "openssl/ssl.h"
#include "openssl/stack.h"
#include "openssl/x509.h"

namespace mortise {
namespace internal {
namespace {

// Below these a key can be broken by whoever has the means. NIST SP 800-57,
// CA/Browser Forum's baseline requirements, 6.1.5.
constexpr int kFewestRsaBits = 2048;
constexpr int kFewestCurveBits = 256;

std::string About(X509* certificate) {
  const std::string subject = NameText(X509_get_subject_name(certificate));
  return absl::StrCat("the certificate of \"", subject, "\"");
}

// What the library says, with what it was about.
std::string ChainText(int error, X509* certificate) {
  std::string text = X509_verify_cert_error_string(error);
  if (certificate == nullptr) return text;
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      absl::StrAppend(&text, " (on ",
                      absl::FormatTime(absl::RFC3339_sec,
                                       TimeOf(X509_get0_notAfter(certificate)),
                                       absl::UTCTimeZone()),
                      ")");
      break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      absl::StrAppend(&text, " (before ",
                      absl::FormatTime(absl::RFC3339_sec,
                                       TimeOf(X509_get0_notBefore(certificate)),
                                       absl::UTCTimeZone()),
                      ")");
      break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      if (X509_NAME_cmp(X509_get_subject_name(certificate),
                        X509_get_issuer_name(certificate)) == 0) {
        text = "it is self-signed, and not trusted";
        break;
      }
      absl::StrAppend(&text, " (\"",
                      NameText(X509_get_issuer_name(certificate)),
                      "\" is not trusted, and nobody vouches for it)");
      break;
    default:
      break;
  }
  return absl::StrCat(About(certificate), ": ", text);
}

std::uint8_t ChainAlert(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return SSL_AD_CERTIFICATE_EXPIRED;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
      return SSL_AD_UNKNOWN_CA;
    case X509_V_ERR_INVALID_PURPOSE:
      return SSL_AD_UNSUPPORTED_CERTIFICATE;
    case X509_V_ERR_OUT_OF_MEM:
      return SSL_AD_INTERNAL_ERROR;
    default:
      return SSL_AD_BAD_CERTIFICATE;
  }
}

// Why the key cannot be relied on; empty iff it can.
std::string KeyWeakness(X509* certificate) {
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificate));
  if (key == nullptr) return "its key is of an unknown kind";
  switch (EVP_PKEY_id(key.get())) {
    case EVP_PKEY_RSA: {
      const int bits = EVP_PKEY_bits(key.get());
      if (bits >= kFewestRsaBits) return "";
      return absl::StrCat("its RSA key has ", bits, " bits, fewer than ",
                          kFewestRsaBits);
    }
    case EVP_PKEY_EC: {
      const int bits = EVP_PKEY_bits(key.get());
      if (bits >= kFewestCurveBits) return "";
      return absl::StrCat("its key is of a curve with ", bits,
                          " bits, fewer than ", kFewestCurveBits);
    }
    case EVP_PKEY_ED25519:
      return "";
    default:
      return "its key is of a kind that is not accepted";
  }
}

// The same for the signature on it.
std::string SignatureWeakness(X509* certificate) {
  switch (X509_get_signature_nid(certificate)) {
    case NID_md2WithRSAEncryption:
    case NID_md4WithRSAEncryption:
    case NID_md5WithRSAEncryption:
    case NID_md5WithRSA:
    case NID_sha1WithRSAEncryption:
    case NID_sha1WithRSA:
    case NID_ecdsa_with_SHA1:
    case NID_dsaWithSHA1:
    case NID_dsaWithSHA1_2:
      return "its signature is made with a digest that can be forged (MD5 or "
             "SHA-1)";
    default:
      return "";
  }
}

Refusal CheckStrength(X509_STORE_CTX* context) {
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context);
  const std::size_t count = sk_X509_num(chain);
  for (std::size_t i = 0; i < count; ++i) {
    X509* const certificate = sk_X509_value(chain, i);
    std::string weakness = KeyWeakness(certificate);
    // A root is trusted for being there, not for what it says of itself.
    if (weakness.empty() && i + 1 < count) {
      weakness = SignatureWeakness(certificate);
    }
    if (!weakness.empty()) {
      return {absl::StrCat(About(certificate), ": ", weakness),
              SSL_AD_INSUFFICIENT_SECURITY};
    }
  }
  return {};
}

Refusal CheckHost(absl::string_view host, X509* certificate) {
  const AlternativeNames names = AlternativeNamesOf(certificate);
  const std::string ip = IpAddressBytes(host);
  if (!ip.empty()) {
    for (const std::string& candidate : names.ip) {
      if (candidate == ip) return {};
    }
  } else {
    for (const std::string& candidate : names.dns) {
      if (MatchesDnsName(candidate, host)) return {};
    }
  }
  const TlsCertificate described = Describe(certificate);
  std::vector<std::string> its = described.dns_names;
  its.insert(its.end(), described.ip_addresses.begin(),
             described.ip_addresses.end());
  // As many as fit into a line.
  const bool more = its.size() > 5;
  if (more) its.resize(5);
  return {absl::StrCat(
              About(certificate), " is not for \"", host, "\": ",
              its.empty() ? "it names no host"
                          : absl::StrCat("it is for ", absl::StrJoin(its, ", "),
                                         more ? " and others" : "")),
          SSL_AD_BAD_CERTIFICATE};
}

bool IsLabel(absl::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  for (const char c : label) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' &&
        c != '_') {
      return false;
    }
  }
  return true;
}

absl::string_view WithoutFinalDot(absl::string_view name) {
  return name.size() > 1 && name.back() == '.' ? name.substr(0, name.size() - 1)
                                               : name;
}

}  // namespace

std::string IpAddressBytes(absl::string_view host) {
  Ipv4Bytes ipv4;
  if (ParseIpv4(host, &ipv4)) return std::string(ipv4.begin(), ipv4.end());
  Ipv6Bytes ipv6;
  // A scope is this machine's affair; no certificate knows it.
  if (ParseIpv6(host.substr(0, host.find('%')), &ipv6)) {
    return std::string(ipv6.begin(), ipv6.end());
  }
  return "";
}

bool IsDnsName(absl::string_view host) {
  if (host.size() > 254 || !IpAddressBytes(host).empty()) return false;
  for (const absl::string_view label :
       absl::StrSplit(WithoutFinalDot(host), '.')) {
    if (!IsLabel(label)) return false;
  }
  return true;
}

bool MatchesDnsName(absl::string_view pattern, absl::string_view name) {
  name = WithoutFinalDot(name);
  if (!IpAddressBytes(name).empty()) return false;
  if (!absl::StartsWith(pattern, "*.")) {
    return IsDnsName(pattern) && absl::EqualsIgnoreCase(pattern, name);
  }
  const absl::string_view parent = pattern.substr(2);
  if (!IsDnsName(parent) || parent.find('.') == absl::string_view::npos) {
    return false;
  }
  const std::size_t dot = name.find('.');
  return dot != absl::string_view::npos && dot > 0 &&
         absl::EqualsIgnoreCase(name.substr(dot + 1), parent);
}

Refusal CheckPeer(const PeerCheck& check, const STACK_OF(X509) * chain) {
  if (chain == nullptr || sk_X509_num(chain) == 0) {
    return {"the peer has no certificate", SSL_AD_CERTIFICATE_REQUIRED};
  }
  X509* const own = sk_X509_value(chain, 0);
  bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (context == nullptr ||
      !X509_STORE_CTX_init(context.get(), check.trusted, own,
                           const_cast<STACK_OF(X509)*>(chain)) ||
      // The purpose; what it is called is who is verified.
      !X509_STORE_CTX_set_default(
          context.get(), check.of_server ? "ssl_server" : "ssl_client")) {
    return {"out of memory", SSL_AD_INTERNAL_ERROR};
  }
  // What is trusted ends a chain, even if the peer would make it longer.
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()),
                              X509_V_FLAG_TRUSTED_FIRST);
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    return {ChainText(error, X509_STORE_CTX_get_current_cert(context.get())),
            ChainAlert(error)};
  }
  Refusal refusal = CheckStrength(context.get());
  if (refusal.why.empty() && !check.host.empty()) {
    refusal = CheckHost(check.host, own);
  }
  return refusal;
}

}  // namespace internal
}  // namespace mortise
