#include "mortise/core/tls/internal/revocation_lists.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/tls/internal/pem_reader.h"
#include "mortise/core/tls/internal/set_digest.h"
#include "mortise/core/tls/internal/x509_text.h"
#include "openssl/asn1.h"
#include "openssl/digest.h"
#include "openssl/err.h"
#include "openssl/evp.h"
#include "openssl/nid.h"
#include "openssl/obj.h"
#include "openssl/sha.h"
#include "openssl/stack.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace mortise {
namespace internal {
namespace {

using Digest256 = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

// Returns a serial number as bytes. BoringSSL keeps its sign apart.
std::string SerialOf(const ASN1_INTEGER* serial) {
  return absl::StrCat(serial->type == V_ASN1_NEG_INTEGER ? "-" : "",
                      BytesOf(serial));
}

bssl::UniquePtr<X509_CRL> Parse(const PemBlock& block, std::string* why) {
  *why = block.fault;
  std::string der;
  if (!why->empty() || !block.Decode(&der, why)) return nullptr;
  const auto* data = reinterpret_cast<const std::uint8_t*>(der.data());
  const std::uint8_t* const end = data + der.size();
  bssl::UniquePtr<X509_CRL> crl(d2i_X509_CRL(
      nullptr, &data, static_cast<long>(der.size())));  // NOLINT: its type
  ERR_clear_error();
  if (crl != nullptr && data == end) return crl;
  *why = "its bytes are not a CRL (X.509 in DER form)";
  return nullptr;
}

// Returns why a list cannot be used, or "" if it can. It cannot if something
// that must be understood is not (RFC 5280, sections 5.2 and 5.3). A list for
// some certificates only can be used: what it has is revoked.
std::string WhyUnusable(X509_CRL* crl) {
  const STACK_OF(X509_EXTENSION)* const extensions =
      X509_CRL_get0_extensions(crl);
  for (std::size_t i = 0; i < sk_X509_EXTENSION_num(extensions); ++i) {
    X509_EXTENSION* const extension = sk_X509_EXTENSION_value(extensions, i);
    const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    if (nid == NID_delta_crl) return "it is a delta CRL, not a whole one";
    if (X509_EXTENSION_get_critical(extension) != 0 &&
        nid != NID_issuing_distribution_point &&
        nid != NID_authority_key_identifier) {
      return "it has a critical extension that is not supported";
    }
  }
  const std::unique_ptr<ISSUING_DIST_POINT, decltype(&ISSUING_DIST_POINT_free)>
      part(static_cast<ISSUING_DIST_POINT*>(X509_CRL_get_ext_d2i(
               crl, NID_issuing_distribution_point, nullptr, nullptr)),
           &ISSUING_DIST_POINT_free);
  if (part != nullptr && part->indirectCRL > 0) {
    return "it is an indirect CRL, with certificates of other issuers";
  }
  const STACK_OF(X509_REVOKED)* const entries = X509_CRL_get_REVOKED(crl);
  for (std::size_t i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    if (X509_REVOKED_get_ext_by_critical(sk_X509_REVOKED_value(entries, i),
                                         /*crit=*/1, /*lastpos=*/-1) >= 0) {
      return absl::StrCat("its entry ", i + 1,
                          " has a critical extension that is not supported");
    }
  }
  return "";
}

}  // namespace

// One CRL.
class RevocationLists::List {
 public:
  explicit List(bssl::UniquePtr<X509_CRL> crl) : crl_(std::move(crl)) {
    const STACK_OF(X509_REVOKED)* const entries =
        X509_CRL_get_REVOKED(crl_.get());
    serials_.reserve(sk_X509_REVOKED_num(entries));
    for (std::size_t i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
      serials_.insert(SerialOf(
          X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, i))));
    }
    const bssl::UniquePtr<AUTHORITY_KEYID> key(
        static_cast<AUTHORITY_KEYID*>(X509_CRL_get_ext_d2i(
            crl_.get(), NID_authority_key_identifier, nullptr, nullptr)));
    if (key != nullptr && key->keyid != nullptr) {
      key_id_ = std::string(BytesOf(key->keyid));
    }
  }

  // Whether the list has the name of an issuer, and not another one's key.
  bool IsUnderNameOf(X509* issuer) const {
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl_.get()),
                      X509_get_subject_name(issuer)) != 0) {
      return false;
    }
    const ASN1_OCTET_STRING* const id = X509_get0_subject_key_id(issuer);
    return key_id_.empty() || id == nullptr || key_id_ == BytesOf(id);
  }

  bool IsSignedBy(X509* issuer) const {
    Digest256 digest;
    unsigned size = 0;
    if (!X509_pubkey_digest(issuer, EVP_sha256(), digest.data(), &size)) {
      return false;
    }
    if (memo_state_.load(std::memory_order_acquire) == kWritten &&
        memo_ == digest) {
      return true;
    }
    const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(issuer));
    if (key == nullptr || X509_CRL_verify(crl_.get(), key.get()) != 1) {
      return false;
    }
    int state = kEmpty;
    if (memo_state_.compare_exchange_strong(state, kBeingWritten)) {
      memo_ = digest;
      memo_state_.store(kWritten, std::memory_order_release);
    }
    return true;
  }

  bool Has(X509* certificate) const {
    return serials_.contains(SerialOf(X509_get_serialNumber(certificate)));
  }

  bool IsExpired() const {
    const ASN1_TIME* const end = X509_CRL_get0_nextUpdate(crl_.get());
    // The result is 0 if the time cannot be read.
    return end != nullptr && X509_cmp_current_time(end) <= 0;
  }

  std::string Digest() const {
    std::uint8_t digest[SHA256_DIGEST_LENGTH];
    unsigned size = 0;
    if (!X509_CRL_digest(crl_.get(), EVP_sha256(), digest, &size)) return "";
    return std::string(reinterpret_cast<const char*>(digest), size);
  }

 private:
  enum MemoState { kEmpty, kBeingWritten, kWritten };

  const bssl::UniquePtr<X509_CRL> crl_;
  absl::flat_hash_set<std::string> serials_;
  // The identifier of the key that has signed the list; may be empty.
  std::string key_id_;
  // The first key that is known to have signed the list, as a digest. A list
  // may have megabytes, so its signature is not checked for each connection.
  mutable std::atomic<int> memo_state_{kEmpty};
  mutable Digest256 memo_;
};

bool RevocationLists::Read(absl::string_view text, std::string* why) {
  SkippedBlocks skipped;
  PemReader reader(text);
  PemBlock block;
  while (reader.Next(&block)) {
    if (block.label != "X509 CRL") {  // RFC 7468, section 6
      skipped.Add(block.label);
      continue;
    }
    bssl::UniquePtr<X509_CRL> crl = Parse(block, why);
    if (crl != nullptr) *why = WhyUnusable(crl.get());
    if (!why->empty()) {
      *why = absl::StrCat(block.Place(), ": ", *why);
      return false;
    }
    lists_.push_back(std::make_shared<List>(std::move(crl)));
  }
  if (!lists_.empty()) return true;
  *why = skipped.WhyNothing(text);
  return false;
}

int RevocationLists::Check(X509* certificate, X509* issuer) const {
  bool has_current = false;
  bool has_expired = false;
  bool has_unsigned = false;
  for (const std::shared_ptr<const List>& list : lists_) {
    if (!list->IsUnderNameOf(issuer)) continue;
    if (!list->IsSignedBy(issuer)) {
      has_unsigned = true;
      continue;
    }
    if (list->Has(certificate)) return X509_V_ERR_CERT_REVOKED;
    (list->IsExpired() ? has_expired : has_current) = true;
  }
  if (has_current) return X509_V_OK;
  if (has_expired) return X509_V_ERR_CRL_HAS_EXPIRED;
  return has_unsigned ? X509_V_ERR_CRL_SIGNATURE_FAILURE : X509_V_OK;
}

std::string RevocationLists::Digest() const {
  std::vector<std::string> digests;
  for (const std::shared_ptr<const List>& list : lists_) {
    digests.push_back(list->Digest());
  }
  return DigestOfSet(std::move(digests));
}

}  // namespace internal
}  // namespace mortise
