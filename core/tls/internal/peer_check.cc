#include "mortise/core/tls/internal/peer_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/core/internal/quote.h"
#include "mortise/core/tls/internal/key_kind.h"
#include "mortise/core/tls/internal/name_constraints.h"
#include "mortise/core/tls/internal/revocation_lists.h"
#include "mortise/core/tls/internal/trust_anchors.h"
#include "mortise/core/tls/internal/x509_text.h"
#include "openssl/asn1.h"
#include "openssl/bytestring.h"
#include "openssl/evp.h"
#include "openssl/nid.h"
#include "openssl/obj.h"
#include "openssl/ssl.h"
#include "openssl/stack.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace mortise {
namespace internal {
namespace {

// An attacker with enough means can break keys of fewer bits. Sources: NIST SP
// 800-57; CA/Browser Forum's baseline requirements, 6.1.5.
constexpr int kFewestRsaBits = 2048;
constexpr int kFewestCurveBits = 256;

// The index of the extra data of an X509_STORE_CTX that BoringSSL leaves to its
// users.
constexpr int kAnchorsIndex = 0;

std::string About(X509* certificate) {
  return absl::StrCat("the certificate of ",
                      QuotedName(X509_get_subject_name(certificate)));
}

// Returns the library's text for an error, with the certificate that it is
// about.
std::string TextOf(int error, X509* certificate) {
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
      if (IsSelfIssued(certificate)) {
        text = "it is self-signed, and not trusted";
        break;
      }
      absl::StrAppend(&text, " (",
                      QuotedName(X509_get_issuer_name(certificate)),
                      " is not trusted, and nobody vouches for it)");
      break;
    case X509_V_ERR_CERT_REVOKED:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
      absl::StrAppend(&text, " (the CRL of ",
                      QuotedName(X509_get_issuer_name(certificate)), ")");
      break;
    default:
      break;
  }
  return absl::StrCat(About(certificate), ": ", text);
}

std::uint8_t AlertOf(int error) {
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
    case X509_V_ERR_CERT_REVOKED:
      return SSL_AD_CERTIFICATE_REVOKED;
    case X509_V_ERR_CERT_REJECTED:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
      return SSL_AD_CERTIFICATE_UNKNOWN;
    case X509_V_ERR_INVALID_PURPOSE:
      return SSL_AD_UNSUPPORTED_CERTIFICATE;
    case X509_V_ERR_OUT_OF_MEM:
      return SSL_AD_INTERNAL_ERROR;
    default:
      return SSL_AD_BAD_CERTIFICATE;
  }
}

Refusal RefusalOf(int error, X509* certificate) {
  return {TextOf(error, certificate), AlertOf(error)};
}

// Returns the reason why the certificate's key is too weak, or "" if it is not.
std::string KeyWeakness(X509* certificate) {
  std::string unknown = WhyKeyIsUnknown(certificate);
  if (!unknown.empty()) return unknown;
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificate));
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
    default:
      return WhyKeyIsUnusable(certificate);
  }
}

// Whether an RSA-PSS signature is made with SHA-1, which is the digest if the
// parameters name none (RFC 4055, section 3.1). A digest that is not known here
// counts as SHA-1.
bool IsPssWithSha1(X509* certificate) {
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, X509_get0_tbs_sigalg(certificate));
  if (type != V_ASN1_SEQUENCE) return true;
  const auto* const parameters = static_cast<const ASN1_STRING*>(value);
  CBS bytes;
  CBS_init(&bytes, ASN1_STRING_get0_data(parameters),
           static_cast<std::size_t>(ASN1_STRING_length(parameters)));
  CBS sequence;
  CBS hash;
  CBS algorithm;
  CBS oid;
  if (!CBS_get_asn1(&bytes, &sequence, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&sequence, &hash,
                    CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0) ||
      !CBS_get_asn1(&hash, &algorithm, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&algorithm, &oid, CBS_ASN1_OBJECT)) {
    return true;
  }
  const int nid = OBJ_cbs2nid(&oid);
  return nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512;
}

// Returns the reason why the signature on the certificate is too weak, or "" if
// it is not.
std::string SignatureWeakness(X509* certificate) {
  const int algorithm = X509_get_signature_nid(certificate);
  if (algorithm == NID_rsassaPss && !IsPssWithSha1(certificate)) return "";
  switch (algorithm) {
    case NID_rsassaPss:
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

Refusal CheckStrength(const STACK_OF(X509) * chain) {
  const std::size_t count = sk_X509_num(chain);
  for (std::size_t i = 0; i < count; ++i) {
    X509* const certificate = sk_X509_value(chain, i);
    std::string weakness = KeyWeakness(certificate);
    // The last certificate is trusted because it is an anchor, not because of
    // its signature.
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

// Checks whether a certificate may be used as the peer's own or as an
// authority's. BoringSSL checks this only for the certificates below the first
// one that is trusted.
Refusal CheckUse(const PeerCheck& check, X509* certificate, bool of_authority) {
  const int purpose =
      check.of_server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT;
  if (X509_check_purpose(certificate, purpose, of_authority) != 1) {
    return RefusalOf(of_authority && X509_check_ca(certificate) == 0
                         ? X509_V_ERR_INVALID_CA
                         : X509_V_ERR_INVALID_PURPOSE,
                     certificate);
  }
  if ((X509_get_extension_flags(certificate) & EXFLAG_CRITICAL) != 0) {
    return RefusalOf(X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, certificate);
  }
  return {};
}

// Checks what BoringSSL does not check of a chain that it has accepted.
Refusal CheckChain(const PeerCheck& check, const STACK_OF(X509) * chain) {
  // How many authorities are between the peer and the current certificate.
  long between = 0;  // NOLINT: the library's type
  for (std::size_t i = 0; i < sk_X509_num(chain); ++i) {
    X509* const certificate = sk_X509_value(chain, i);
    if (check.anchors->IsDistrusted(certificate)) {
      return RefusalOf(X509_V_ERR_CERT_REJECTED, certificate);
    }
    Refusal refusal = CheckUse(check, certificate, i > 0);
    if (!refusal.why.empty()) return refusal;
    if (i == 0) continue;
    const long limit = X509_get_pathlen(certificate);  // NOLINT: the same
    if (limit >= 0 && between > limit) {
      return RefusalOf(X509_V_ERR_PATH_LENGTH_EXCEEDED, certificate);
    }
    if (!IsSelfIssued(certificate)) ++between;
  }
  const NameViolation violation = FindNameViolation(chain);
  if (violation.why.empty()) return {};
  return {absl::StrCat(About(violation.certificate), ": ", violation.why),
          SSL_AD_BAD_CERTIFICATE};
}

// Checks a certificate against the CRLs. Its issuer is the next certificate of
// the chain or, for the last one, an authority that is trusted as well.
Refusal CheckRevocation(const PeerCheck& check, X509* certificate,
                        X509* issuer) {
  if (check.revoked == nullptr) return {};
  if (issuer == nullptr) issuer = check.anchors->IssuerOf(certificate);
  if (issuer == nullptr) return {};
  const int error = check.revoked->Check(certificate, issuer);
  return error == X509_V_OK ? Refusal{} : RefusalOf(error, certificate);
}

// Checks a peer's certificate that is trusted itself, so that no chain is
// needed.
Refusal CheckAlone(const PeerCheck& check, X509* certificate) {
  // The result is 0 if the time cannot be read.
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) >= 0) {
    return RefusalOf(X509_V_ERR_CERT_NOT_YET_VALID, certificate);
  }
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0) {
    return RefusalOf(X509_V_ERR_CERT_HAS_EXPIRED, certificate);
  }
  Refusal refusal = CheckUse(check, certificate, /*of_authority=*/false);
  if (!refusal.why.empty()) return refusal;
  const std::string weakness = KeyWeakness(certificate);
  if (weakness.empty()) return CheckRevocation(check, certificate, nullptr);
  return {absl::StrCat(About(certificate), ": ", weakness),
          SSL_AD_INSUFFICIENT_SECURITY};
}

// BoringSSL's check of a certificate's names ends at a constrained name of a
// kind that it does not know. CheckChain checks all names of all kinds, so
// BoringSSL may go on to its other checks.
int GoOnAtUnknownNames(int ok, X509_STORE_CTX* context) {
  if (ok != 0) return 1;
  if (X509_STORE_CTX_get_error(context) !=
      X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE) {
    return 0;
  }
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

// Finds the authority that has issued a certificate among the anchors. The
// first anchor ends the chain: its own issuer is not looked for, because an
// anchor needs nobody to vouch for it.
int FindAnchor(X509** issuer, X509_STORE_CTX* context, X509* certificate) {
  const auto& anchors = *static_cast<const TrustAnchors*>(
      X509_STORE_CTX_get_ex_data(context, kAnchorsIndex));
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context);
  const bool is_own = certificate == sk_X509_value(chain, 0);
  *issuer = !is_own && anchors.IsTrusted(certificate)
                ? nullptr
                : anchors.IssuerOf(certificate);
  if (*issuer == nullptr) return 0;
  X509_up_ref(*issuer);
  return 1;
}

// Returns the certificates that the peer sent, and those that may help to
// complete the chain. Returns nullptr if memory ran out.
bssl::UniquePtr<STACK_OF(X509)> WithHelpers(const STACK_OF(X509) * chain,
                                            const STACK_OF(X509) * helpers) {
  bssl::UniquePtr<STACK_OF(X509)> all(sk_X509_new_null());
  if (all == nullptr) return nullptr;
  for (const STACK_OF(X509)* const stack : {chain, helpers}) {
    for (std::size_t i = 0; i < sk_X509_num(stack); ++i) {
      X509* const certificate = sk_X509_value(stack, i);
      if (!sk_X509_push(all.get(), certificate)) return nullptr;
      X509_up_ref(certificate);
    }
  }
  return all;
}

Refusal CheckThroughOthers(const PeerCheck& check,
                           const STACK_OF(X509) * chain) {
  const bssl::UniquePtr<STACK_OF(X509)> untrusted =
      WithHelpers(chain, check.anchors->helpers());
  // The store is empty. FindAnchor finds the trusted certificates without it,
  // and needs no lock.
  const bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  if (store != nullptr) X509_STORE_set_get_issuer(store.get(), &FindAnchor);
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (untrusted == nullptr || store == nullptr || context == nullptr ||
      !X509_STORE_CTX_init(context.get(), store.get(), sk_X509_value(chain, 0),
                           untrusted.get()) ||
      // BoringSSL's name for a purpose says which side is verified.
      !X509_STORE_CTX_set_default(
          context.get(), check.of_server ? "ssl_server" : "ssl_client") ||
      !X509_STORE_CTX_set_ex_data(context.get(), kAnchorsIndex,
                                  const_cast<TrustAnchors*>(check.anchors))) {
    return {"out of memory", SSL_AD_INTERNAL_ERROR};
  }
  // A trusted certificate ends the chain, even if it is no root, and even if
  // the peer sent a longer chain.
  X509_VERIFY_PARAM_set_flags(
      X509_STORE_CTX_get0_param(context.get()),
      X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  X509_STORE_CTX_set_verify_cb(context.get(), &GoOnAtUnknownNames);
  if (X509_verify_cert(context.get()) != 1) {
    return RefusalOf(X509_STORE_CTX_get_error(context.get()),
                     X509_STORE_CTX_get_current_cert(context.get()));
  }
  const STACK_OF(X509)* const built = X509_STORE_CTX_get0_chain(context.get());
  Refusal refusal = CheckChain(check, built);
  if (refusal.why.empty()) refusal = CheckStrength(built);
  const std::size_t count = sk_X509_num(built);
  for (std::size_t i = 0; i < count && refusal.why.empty(); ++i) {
    refusal =
        CheckRevocation(check, sk_X509_value(built, i),
                        i + 1 < count ? sk_X509_value(built, i + 1) : nullptr);
  }
  return refusal;
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
  // The message names only as many as fit into a line.
  const bool more = its.size() > 5;
  if (more) its.resize(5);
  for (std::string& name : its) name = Shortened(std::move(name));
  return {absl::StrCat(
              About(certificate), " is not for ", Quote(host), ": ",
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

// Whether the last label of `name` is a number that inet_aton(3) reads.
bool EndsInNumber(absl::string_view name) {
  name = WithoutFinalDot(name);
  const std::size_t dot = name.rfind('.');
  absl::string_view label =
      dot == absl::string_view::npos ? name : name.substr(dot + 1);
  if (label.empty()) return false;
  const auto all_of = [&label](bool (*is_digit)(unsigned char)) {
    return std::all_of(label.begin(), label.end(), is_digit);
  };
  if (all_of(absl::ascii_isdigit)) return true;
  return (absl::ConsumePrefix(&label, "0x") ||
          absl::ConsumePrefix(&label, "0X")) &&
         all_of(absl::ascii_isxdigit);
}

// Whether `scope` can be the name or the number of an interface.
bool IsScope(absl::string_view scope) {
  return !scope.empty() &&
         std::all_of(scope.begin(), scope.end(), [](unsigned char c) {
           return absl::ascii_isgraph(c) && c != '%' && c != ']';
         });
}

}  // namespace

std::string IpAddressBytes(absl::string_view host) {
  Ipv4Bytes ipv4;
  if (ParseIpv4(host, &ipv4)) return std::string(ipv4.begin(), ipv4.end());
  // A scope has a meaning only on this machine. No certificate has one.
  const std::size_t percent = host.find('%');
  if (percent != absl::string_view::npos &&
      !IsScope(host.substr(percent + 1))) {
    return "";
  }
  Ipv6Bytes ipv6;
  if (ParseIpv6(host.substr(0, percent), &ipv6)) {
    return std::string(ipv6.begin(), ipv6.end());
  }
  return "";
}

bool IsDnsName(absl::string_view host) {
  if (host.size() > 254 || EndsInNumber(host)) return false;
  for (const absl::string_view label :
       absl::StrSplit(WithoutFinalDot(host), '.')) {
    if (!IsLabel(label)) return false;
  }
  return true;
}

bool IsMeantAsAddress(absl::string_view host) {
  return host.find_first_of(":[]%") != absl::string_view::npos ||
         EndsInNumber(host);
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
  Refusal refusal;
  if (check.anchors->IsDistrusted(own)) {
    refusal = RefusalOf(X509_V_ERR_CERT_REJECTED, own);
  } else if (check.anchors->IsTrusted(own)) {
    refusal = CheckAlone(check, own);
  } else {
    refusal = CheckThroughOthers(check, chain);
  }
  if (refusal.why.empty() && !check.host.empty()) {
    refusal = CheckHost(check.host, own);
  }
  return refusal;
}

}  // namespace internal
}  // namespace mortise
