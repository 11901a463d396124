#include "mortise/core/tls/internal/name_constraints.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/inet_text.h"
#include "mortise/core/tls/internal/x509_text.h"
#include "openssl/asn1.h"
#include "openssl/nid.h"
#include "openssl/stack.h"
#include "openssl/x509.h"
#include "openssl/x509v3.h"

namespace mortise {
namespace internal {
namespace {

// A chain that needs more comparisons than this was made to keep its reader
// busy.
constexpr std::size_t kMostComparisons = std::size_t{1} << 20;

enum class Match { kNo, kYes, kMalformed };

// The kind of a name: GEN_DNS and so on.
using Kind = int;

struct Name {
  Kind kind;
  // The text or the bytes of the name. A directory name has none, and sets
  // `directory` instead.
  absl::string_view text;
  const X509_NAME* directory = nullptr;
};

Name NameOf(const GENERAL_NAME* general) {
  Name name{general->type, "", nullptr};
  switch (general->type) {
    case GEN_DNS:
    case GEN_EMAIL:
    case GEN_URI:
      name.text = BytesOf(general->d.ia5);
      break;
    case GEN_IPADD:
      name.text = BytesOf(general->d.iPAddress);
      break;
    case GEN_DIRNAME:
      name.directory = general->d.directoryName;
      break;
    default:
      break;
  }
  return name;
}

// Whether `base` is an address and then a mask of the same size, 8 or 32 bytes
// together. The bits of a mask are ones and then zeros.
bool IsSubnet(absl::string_view base) {
  if (base.size() != 8 && base.size() != 32) return false;
  bool was_zero = false;
  for (const char c : base.substr(base.size() / 2)) {
    for (int bit = 7; bit >= 0; --bit) {
      const bool is_one = ((static_cast<unsigned char>(c) >> bit) & 1) != 0;
      if (is_one && was_zero) return false;
      was_zero = !is_one;
    }
  }
  return true;
}

bool IsInSubnet(absl::string_view address, absl::string_view base) {
  if (address.size() * 2 != base.size()) return false;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (((address[i] ^ base[i]) & base[i + address.size()]) != 0) return false;
  }
  return true;
}

Match MatchIp(absl::string_view address, absl::string_view base,
              bool is_exclusion) {
  if ((address.size() != 4 && address.size() != 16) || !IsSubnet(base)) {
    return Match::kMalformed;
  }
  if (IsInSubnet(address, base)) return Match::kYes;
  // An IPv4-mapped IPv6 address names the same machine as the IPv4 address.
  if (is_exclusion && address.size() == 16 && IsIpv4Mapped(address) &&
      IsInSubnet(address.substr(12), base)) {
    return Match::kYes;
  }
  return Match::kNo;
}

// Whether `host` is `base`, or `base` with more labels in front. If `base`
// begins with a dot, `host` must have more labels. RFC 5280 does not have that
// form, but others use it.
bool IsDnsWithin(absl::string_view host, absl::string_view base) {
  if (base.empty()) return true;
  if (!absl::EndsWithIgnoreCase(host, base)) return false;
  return host.size() == base.size() || base.front() == '.' ||
         host[host.size() - base.size() - 1] == '.';
}

Match MatchDns(absl::string_view name, absl::string_view base,
               bool is_exclusion) {
  if (IsDnsWithin(name, base)) return Match::kYes;
  // A wildcard is excluded if one of the names that it stands for is excluded.
  if (is_exclusion && absl::StartsWith(name, "*.") && !base.empty()) {
    absl::string_view within = base;
    if (within.front() == '.') within.remove_prefix(1);
    const std::size_t dot = within.find('.');
    if (dot != absl::string_view::npos &&
        absl::EqualsIgnoreCase(within.substr(dot), name.substr(1))) {
      return Match::kYes;
    }
  }
  return Match::kNo;
}

// Matches the host of an email address or URI. It must be equal to `base`, or
// end with `base` if that begins with a dot.
Match MatchHost(absl::string_view host, absl::string_view base) {
  const bool is_within =
      !base.empty() && base.front() == '.'
          ? host.size() > base.size() && absl::EndsWithIgnoreCase(host, base)
          : absl::EqualsIgnoreCase(host, base);
  return is_within ? Match::kYes : Match::kNo;
}

Match MatchEmail(absl::string_view address, absl::string_view base) {
  const std::size_t at = address.find('@');
  // A quoted local part may have an '@' of its own. Nobody uses such addresses,
  // so they are not understood here.
  if (at == absl::string_view::npos || at != address.rfind('@')) {
    return Match::kMalformed;
  }
  const absl::string_view host = address.substr(at + 1);
  const std::size_t base_at = base.find('@');
  if (base_at == absl::string_view::npos) return MatchHost(host, base);
  if (base_at == 0 || base_at != base.rfind('@')) return Match::kMalformed;
  return address.substr(0, at) == base.substr(0, base_at) &&
                 absl::EqualsIgnoreCase(host, base.substr(base_at + 1))
             ? Match::kYes
             : Match::kNo;
}

Match MatchUri(absl::string_view uri, absl::string_view base) {
  const std::size_t scheme = uri.find("://");
  if (scheme == absl::string_view::npos) return Match::kMalformed;
  absl::string_view host = uri.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  const std::size_t user = host.rfind('@');
  if (user != absl::string_view::npos) host.remove_prefix(user + 1);
  // RFC 5280 wants a host name here, and an address in brackets is not one.
  if (host.empty() || host.front() == '[') return Match::kMalformed;
  host = host.substr(0, host.find(':'));
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  return host.empty() ? Match::kMalformed : MatchHost(host, base);
}

// Whether the first parts of `name` are those of `base`.
Match MatchDirectory(const X509_NAME* name, const X509_NAME* base) {
  const bssl::UniquePtr<X509_NAME> head(X509_NAME_new());
  if (head == nullptr) return Match::kMalformed;
  const int count = X509_NAME_entry_count(base);
  if (X509_NAME_entry_count(name) < count) return Match::kNo;
  // A part with several values counts as one part: it matches as a whole or not
  // at all.
  if (count > 0 && X509_NAME_entry_count(name) > count &&
      X509_NAME_ENTRY_set(X509_NAME_get_entry(name, count)) ==
          X509_NAME_ENTRY_set(X509_NAME_get_entry(name, count - 1))) {
    return Match::kNo;
  }
  for (int i = 0; i < count; ++i) {
    X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
    // -1 adds the entry to the part of the entry before it, 0 to a new part.
    const int set =
        i > 0 && X509_NAME_ENTRY_set(entry) ==
                     X509_NAME_ENTRY_set(X509_NAME_get_entry(name, i - 1))
            ? -1
            : 0;
    if (!X509_NAME_add_entry(head.get(), entry, -1, set)) {
      return Match::kMalformed;
    }
  }
  return X509_NAME_cmp(head.get(), base) == 0 ? Match::kYes : Match::kNo;
}

Match MatchName(const Name& name, const Name& base, bool is_exclusion) {
  switch (name.kind) {
    case GEN_DNS:
      return MatchDns(name.text, base.text, is_exclusion);
    case GEN_IPADD:
      return MatchIp(name.text, base.text, is_exclusion);
    case GEN_EMAIL:
      return MatchEmail(name.text, base.text);
    case GEN_URI:
      return MatchUri(name.text, base.text);
    case GEN_DIRNAME:
      return MatchDirectory(name.directory, base.directory);
    default:
      return Match::kMalformed;
  }
}

std::string Shown(const Name& name) {
  switch (name.kind) {
    case GEN_DNS:
      return absl::StrCat("DNS name ", absl::CHexEscape(name.text));
    case GEN_IPADD:
      return absl::StrCat("IP address ", IpText(name.text));
    case GEN_EMAIL:
      return absl::StrCat("email address ", absl::CHexEscape(name.text));
    case GEN_URI:
      return absl::StrCat("URI ", absl::CHexEscape(name.text));
    case GEN_DIRNAME:
      return absl::StrCat("directory name ", QuotedName(name.directory));
    default:
      return "name of another kind";
  }
}

// Returns how `name` violates `constraints`, or "" if it does not.
std::string ViolationOf(const Name& name, const NAME_CONSTRAINTS* constraints) {
  bool is_constrained = false;
  bool is_permitted = false;
  for (const bool is_exclusion : {false, true}) {
    const auto* const subtrees = is_exclusion ? constraints->excludedSubtrees
                                              : constraints->permittedSubtrees;
    for (std::size_t i = 0; i < sk_GENERAL_SUBTREE_num(subtrees); ++i) {
      const GENERAL_SUBTREE* const subtree =
          sk_GENERAL_SUBTREE_value(subtrees, i);
      const Name base = NameOf(subtree->base);
      if (base.kind != name.kind) continue;
      // RFC 5280 allows only a minimum of zero and no maximum.
      const bool has_bounds =
          subtree->maximum != nullptr ||
          (subtree->minimum != nullptr && ASN1_INTEGER_get(subtree->minimum));
      const Match match =
          has_bounds ? Match::kMalformed : MatchName(name, base, is_exclusion);
      if (match == Match::kMalformed) return "cannot be checked against";
      if (match == Match::kYes && is_exclusion) return "is excluded by";
      if (is_exclusion) continue;
      is_constrained = true;
      if (match == Match::kYes) is_permitted = true;
    }
  }
  return is_constrained && !is_permitted ? "is not permitted by" : "";
}

// The names of a certificate. They are valid as long as this object and the
// certificate.
class Names {
 public:
  explicit Names(X509* certificate) {
    int critical = -1;
    alternative_.reset(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(
        certificate, NID_subject_alt_name, &critical, nullptr)));
    // -1 means that there is no such extension. Otherwise it is broken, or
    // there are two.
    is_broken_ = alternative_ == nullptr && critical != -1;
    const X509_NAME* const subject = X509_get_subject_name(certificate);
    if (X509_NAME_entry_count(subject) > 0) {
      names_.push_back({GEN_DIRNAME, "", subject});
    }
    for (int i = -1;;) {
      i = X509_NAME_get_index_by_NID(const_cast<X509_NAME*>(subject),
                                     NID_pkcs9_emailAddress, i);
      if (i < 0) break;
      names_.push_back(
          {GEN_EMAIL,
           BytesOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i))),
           nullptr});
    }
    for (std::size_t i = 0; i < sk_GENERAL_NAME_num(alternative_.get()); ++i) {
      names_.push_back(NameOf(sk_GENERAL_NAME_value(alternative_.get(), i)));
    }
  }

  bool is_broken() const { return is_broken_; }
  const std::vector<Name>& all() const { return names_; }

 private:
  bssl::UniquePtr<GENERAL_NAMES> alternative_;
  bool is_broken_ = false;
  std::vector<Name> names_;
};

}  // namespace

NameViolation FindNameViolation(const STACK_OF(X509) * chain) {
  std::size_t comparisons = 0;
  for (std::size_t above = 1; above < sk_X509_num(chain); ++above) {
    X509* const authority = sk_X509_value(chain, above);
    int critical = -1;
    const bssl::UniquePtr<NAME_CONSTRAINTS> constraints(
        static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(
            authority, NID_name_constraints, &critical, nullptr)));
    if (constraints == nullptr) {
      if (critical == -1) continue;
      return {"its name constraints cannot be read", authority};
    }
    const std::size_t rules =
        sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees) +
        sk_GENERAL_SUBTREE_num(constraints->excludedSubtrees);
    for (std::size_t below = 0; below < above; ++below) {
      X509* const certificate = sk_X509_value(chain, below);
      // RFC 5280, section 6.1.3, exempts self-issued certificates: they are
      // renewals of the authority itself.
      if (below > 0 && IsSelfIssued(certificate)) continue;
      const Names names(certificate);
      if (names.is_broken()) {
        return {"its alternative names cannot be read", certificate};
      }
      comparisons += rules * names.all().size();
      if (comparisons > kMostComparisons) {
        return {"it has too many names or name constraints", certificate};
      }
      for (const Name& name : names.all()) {
        const std::string violation = ViolationOf(name, constraints.get());
        if (violation.empty()) continue;
        return {absl::StrCat("its ", Shortened(Shown(name)), " ", violation,
                             " the name constraints of ",
                             QuotedName(X509_get_subject_name(authority))),
                certificate};
      }
    }
  }
  return {};
}

}  // namespace internal
}  // namespace mortise
