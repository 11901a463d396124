// Every kind of key, of servers and of clients, in both versions.

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

using testing::HasSubstr;

constexpr KeyKind kKinds[] = {KeyKind::kP256, KeyKind::kP384, KeyKind::kP521,
                              KeyKind::kEd25519, KeyKind::kRsa2048};

class KeyKindsTest
    : public testing::TestWithParam<std::tuple<KeyKind, TlsVersion>> {
 protected:
  static KeyKind kind() { return std::get<0>(GetParam()); }

  static TlsOptions WithVersion(TlsOptions options) {
    options.minimum_version = options.maximum_version = std::get<1>(GetParam());
    return options;
  }

  // Returns an authority under `root` that has a key of this kind too.
  static TestAuthority Between(const TestAuthority& root) {
    Wanted wanted;
    wanted.common_name = "Between";
    wanted.key = kind();
    return root.Intermediate(wanted);
  }
};

TEST_P(KeyKindsTest, OfAServer) {
  const TestAuthority root = TestAuthority::Root("Root", kind());
  Wanted wanted;
  wanted.key = kind();
  const TlsContext server =
      MustServer(WithVersion(Being(Between(root).Issue(wanted))));
  const TlsContext client = MustClient(WithVersion(Trusting(root)));
  Ends ends = Meet(client, server);
  ASSERT_TRUE(ends.client_status.ok()) << ends.client_status;
  ASSERT_TRUE(ends.server_status.ok()) << ends.server_status;
  EXPECT_EQ(ends.client.Version(), std::get<1>(GetParam()));
  ASSERT_TRUE(ends.server.WriteAll("x").ok());
  EXPECT_EQ(*ends.client.Read(1), "x");
}

TEST_P(KeyKindsTest, OfAClient) {
  const TestAuthority servers = TestAuthority::Root("Servers");
  const TestAuthority clients = TestAuthority::Root("Clients", kind());
  TlsOptions options = Being(servers.Issue());
  options.trusted.text = clients.certificate_pem();
  options.client_certificate = TlsClientCertificate::kRequired;
  const TlsContext server = MustServer(WithVersion(options));
  Wanted wanted;
  wanted.common_name = "somebody";
  wanted.purpose = "clientAuth";
  wanted.key = kind();
  options = Being(Between(clients).Issue(wanted));
  options.trusted.text = servers.certificate_pem();
  const TlsContext client = MustClient(WithVersion(options));
  Ends ends = Meet(client, server);
  ASSERT_TRUE(ends.client_status.ok()) << ends.client_status;
  ASSERT_TRUE(ends.server_status.ok()) << ends.server_status;
  EXPECT_EQ(ends.server.PeerCertificate()->subject, "CN=somebody");
}

INSTANTIATE_TEST_SUITE_P(
    All, KeyKindsTest,
    testing::Combine(testing::ValuesIn(kKinds),
                     testing::Values(TlsVersion::kTls12, TlsVersion::kTls13)),
    [](const testing::TestParamInfo<KeyKindsTest::ParamType>& info) {
      return absl::StrCat(KeyKindName(std::get<0>(info.param)),
                          VersionName(std::get<1>(info.param)));
    });

TEST(TwoKeysTest, AnotherKeyIsNotTheCertificates) {
  std::vector<TestIdentity> identities;
  std::vector<TestIdentity> others;
  for (const KeyKind kind : kKinds) {
    Wanted wanted;
    wanted.key = kind;
    identities.push_back(SelfSigned(wanted));
    others.push_back(SelfSigned(wanted));
  }
  for (const TestIdentity& identity : identities) {
    TlsOptions options = Being(identity);
    EXPECT_TRUE(TlsContext::Server(options).ok());
    for (const TestIdentity& other : others) {
      options.private_key.text = other.key_pem;
      const absl::Status status = TlsContext::Server(options).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
      EXPECT_THAT(std::string(status.message()),
                  HasSubstr("is not the certificate's"));
    }
  }
}

// Expects that the context is refused, and that the error names the kind.
void ExpectRefused(const absl::Status& status, const std::string& option,
                   const std::string& kind) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_TRUE(IsUsageError(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              testing::StartsWith(absl::StrCat("ssl: ", option, ": ")));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(absl::StrCat("its key is of the kind ", kind,
                                     ", which is not supported")));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("block 1 (CERTIFICATE, line 1)"));
}

TEST(UnknownKeyKindsTest, AreRefusedByName) {
  const TestAuthority root = TestAuthority::Root("Root");
  for (const auto& [kind, name] : {std::pair{KeyKind::kRsa2048, "RSA-PSS"},
                                   std::pair{KeyKind::kEd25519, "Ed448"}}) {
    Wanted wanted;
    wanted.key = kind;
    const TestIdentity identity = root.Issue(wanted);
    TlsOptions options = Being(identity);
    options.certificate.text = WithUnknownKeyKind(identity.chain_pem);
    ExpectRefused(TlsContext::Server(options).status(), "certificate", name);
    ExpectRefused(TlsContext::Client(options).status(), "certificate", name);
    options = TlsOptions();
    options.trusted.text = WithUnknownKeyKind(identity.chain_pem);
    ExpectRefused(TlsContext::Client(options).status(), "trusted", name);
  }
  // The library can read this kind of key, but TLS has no signatures with it.
  Wanted wanted;
  wanted.key = KeyKind::kP224;
  ExpectRefused(TlsContext::Server(Being(root.Issue(wanted))).status(),
                "certificate", "the curve P-224");
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
