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

enum class KeyKind { kP256, kRsa1024, kRsa2048, kEd25519, kP224 };
enum class Digest { kSha256, kSha1 };

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
  // For an authority: the only DNS names that may be under it; "" for any.
  std::string permitted_dns;
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

  // Another authority, under this one.
  TestAuthority Intermediate(Wanted wanted) const;
  TestIdentity Issue(const Wanted& wanted = {}) const;

  std::string certificate_pem() const;

 private:
  struct Rep;
  explicit TestAuthority(std::shared_ptr<const Rep> rep);

  std::shared_ptr<const Rep> rep_;
};

// A certificate that vouches for itself.
TestIdentity SelfSigned(const Wanted& wanted = {});

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_TLS_TEST_AUTHORITY_H_
