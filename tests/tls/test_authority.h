// Certificates for tests, made when they are needed: none expires on a day on
// which nobody looks.
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
// "P256", for the names of tests.
std::string KeyKindName(KeyKind kind);
// The last two are RSA-PSS, by authorities with an RSA key.
enum class Digest { kSha256, kSha1, kPssSha256, kPssSha1 };

// What a certificate says. By default that of a good server for "localhost".
struct Wanted {
  std::string common_name = "localhost";
  std::vector<std::string> dns_names = {"localhost"};
  std::vector<std::string> ip_addresses;
  // From now.
  absl::Duration begins = -absl::Hours(1);
  absl::Duration ends = absl::Hours(24);
  KeyKind key = KeyKind::kP256;
  Digest digest = Digest::kSha256;
  bool is_authority = false;
  // "serverAuth", "clientAuth", or "" for no such extension.
  std::string purpose = "serverAuth";
  // As OpenSSL's configuration writes them: more alternative names,
  // "email:a@b.example", and for an authority constraints of those under it,
  // "permitted;DNS:a.example,excluded;IP:10.0.0.0/255.0.0.0".
  std::vector<std::string> other_names;
  std::string name_constraints;
  // With such: that the subject has to begin with this common name, or not to.
  std::string permitted_subject;
  std::string excluded_subject;
  // For an authority: how many authorities may be between it and a peer;
  // negative for any.
  int path_length = -1;
  // In place of the usual one; "none" for no such extension.
  std::string key_usage;
  // More of the subject, as "O=Example" and "emailAddress=a@b.example".
  std::vector<std::string> subject;
  // A critical extension that nobody knows.
  bool has_unknown_extension = false;
};

struct TestIdentity {
  // Its own certificate alone, and with those that vouch for it, without the
  // root.
  std::string certificate_pem;
  std::string chain_pem;
  std::string key_pem;

  // The key under a passphrase.
  std::string EncryptedKeyPem(const std::string& passphrase) const;
};

class TestAuthority {
 public:
  static TestAuthority Root(const std::string& common_name,
                            KeyKind key = KeyKind::kP256);
  static TestAuthority Root(Wanted wanted);

  // Another authority, under this one.
  TestAuthority Intermediate(Wanted wanted) const;
  // A certificate of no authority, which issues others all the same.
  TestAuthority Pretender(Wanted wanted) const;
  // Empty for kPssSha1 where the library does not make such signatures.
  TestIdentity Issue(const Wanted& wanted = {}) const;

  std::string certificate_pem() const;

 private:
  struct Rep;
  explicit TestAuthority(std::shared_ptr<const Rep> rep);

  std::shared_ptr<const Rep> rep_;
};

// A certificate that vouches for itself.
TestIdentity SelfSigned(const Wanted& wanted = {});

// The bytes of the first block of `pem`, and a block of such bytes.
std::string DerOfPem(const std::string& pem);
std::string PemOf(const std::string& label, const std::string& der);

// A certificate as OpenSSL's TRUSTED CERTIFICATE, with the object identifiers
// of the uses ("1.3.6.1.5.5.7.3.1") that it is trusted and rejected for.
std::string TrustedPem(const std::string& certificate_pem,
                       const std::vector<std::string>& trusted,
                       const std::vector<std::string>& rejected);

// A certificate of an RSA or Ed25519 key that says that the key is an RSA-PSS
// or Ed448 one, which BoringSSL cannot make. Its signature is wrong.
std::string WithUnknownKeyKind(const std::string& certificate_pem);

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_TLS_TEST_AUTHORITY_H_
