// Certificates for tests. They are made when they are needed, so that none of
// them expires one day and breaks a test.
//
//   TestAuthority root = TestAuthority::Root("Test Root");
//   TestIdentity server = root.Issue({.dns_names = ...});
//   options.certificate.text = server.chain_pem;
//   options.private_key.text = server.key_pem;

#ifndef MORTISE_TESTS_TLS_TEST_AUTHORITY_H_
#define MORTISE_TESTS_TLS_TEST_AUTHORITY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace mortise {
namespace testing_tls {

enum class KeyKind {
  kP256,
  kP224,
  kP384,
  kP521,
  kEd25519,
  kRsa1024,
  kRsa2048,
};
// Returns a text such as "P256", for the names of tests.
std::string KeyKindName(KeyKind kind);
// The last two are RSA-PSS signatures, which authorities with an RSA key make.
enum class Digest { kSha256, kSha1, kPssSha256, kPssSha1 };

// What a certificate says. The default is a valid certificate of a server for
// "localhost".
struct Wanted {
  std::string common_name = "localhost";
  std::vector<std::string> dns_names = {"localhost"};
  std::vector<std::string> ip_addresses;
  // The period of validity, counted from now.
  absl::Duration begins = -absl::Hours(1);
  absl::Duration ends = absl::Hours(24);
  KeyKind key = KeyKind::kP256;
  Digest digest = Digest::kSha256;
  bool is_authority = false;
  // The extended key usage: "serverAuth", "clientAuth", or "" for no such
  // extension.
  std::string purpose = "serverAuth";
  // Written as in OpenSSL's configuration. `other_names` are more alternative
  // names, such as "email:a@b.example". `name_constraints` is for an authority
  // and constrains the names of the certificates under it:
  // "permitted;DNS:a.example,excluded;IP:10.0.0.0/255.0.0.0".
  std::vector<std::string> other_names;
  std::string name_constraints;
  // Further name constraints: the subject has to begin with the one common
  // name, and must not begin with the other.
  std::string permitted_subject;
  std::string excluded_subject;
  // For an authority: how many authorities may be between it and a peer. A
  // negative number means any number of them.
  int path_length = -1;
  // Replaces the usual key usage. "none" means no such extension.
  std::string key_usage;
  // Further parts of the subject, such as "O=Example" and
  // "emailAddress=a@b.example".
  std::vector<std::string> subject;
  // Whether the certificate has a critical extension that nobody knows.
  bool has_unknown_extension = false;
  // Whether the certificate has an identifier for its key.
  bool has_key_id = false;
};

// What a certificate revocation list says. The default is a valid, empty list.
struct WantedList {
  // The certificates that are revoked, in PEM form.
  std::vector<std::string> revoked;
  // When the next list comes, counted from now. There is none if it is 0.
  absl::Duration ends = absl::Hours(24);
  // Names the key of the authority, whose certificate must have a key_id.
  bool names_key = false;
  // An extension of the list, or of its first entry, written as in OpenSSL's
  // configuration: "issuingDistributionPoint=critical,indirectCRL:TRUE".
  std::string extension;
  std::string entry_extension;
  // Whether the signature is wrong.
  bool is_damaged = false;
};

struct TestIdentity {
  // `certificate_pem` is the identity's own certificate only. `chain_pem` has
  // it and the certificates that vouch for it, except the root's.
  std::string certificate_pem;
  std::string chain_pem;
  std::string key_pem;

  // Returns the key, encrypted with a passphrase.
  std::string EncryptedKeyPem(const std::string& passphrase) const;
};

class TestAuthority {
 public:
  static TestAuthority Root(const std::string& common_name,
                            KeyKind key = KeyKind::kP256);
  static TestAuthority Root(Wanted wanted);

  // Returns another authority, which this one vouches for.
  TestAuthority Intermediate(Wanted wanted) const;
  // Returns an authority that issues certificates although its own certificate
  // does not allow it.
  TestAuthority Pretender(Wanted wanted) const;
  // Returns an empty identity for kPssSha1 if the library does not make such
  // signatures.
  TestIdentity Issue(const Wanted& wanted = {}) const;

  // Returns a list of certificates that this authority has revoked.
  std::string RevocationList(const WantedList& wanted = {}) const;

  std::string certificate_pem() const;

 private:
  struct Rep;
  explicit TestAuthority(std::shared_ptr<const Rep> rep);

  std::shared_ptr<const Rep> rep_;
};

// Returns an identity whose certificate vouches for itself.
TestIdentity SelfSigned(const Wanted& wanted = {});

// DerOfPem returns the bytes of the first block of `pem`. PemOf returns a block
// of such bytes.
std::string DerOfPem(const std::string& pem);
std::string PemOf(const std::string& label, const std::string& der);

// Returns a certificate as OpenSSL's TRUSTED CERTIFICATE. `trusted` and
// `rejected` are the object identifiers ("1.3.6.1.5.5.7.3.1") of the uses that
// it is trusted for and rejected for.
std::string TrustedPem(const std::string& certificate_pem,
                       const std::vector<std::string>& trusted,
                       const std::vector<std::string>& rejected);

// Returns a certificate that BoringSSL cannot make. The argument is the
// certificate of an RSA or Ed25519 key, and the result says that the key is an
// RSA-PSS or Ed448 one. The signature of the result is wrong.
std::string WithUnknownKeyKind(const std::string& certificate_pem);

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_TLS_TEST_AUTHORITY_H_
