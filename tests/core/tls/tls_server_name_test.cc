// Of the context that on_server_name chooses, only the certificates and the key
// are used.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/tls/tls_certificate.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

class ServerNameTest : public testing::TestWithParam<TlsVersion> {
 protected:
  // Returns the identity of a server for `name`.
  TestIdentity For(const std::string& name, KeyKind kind = KeyKind::kP256) {
    Wanted wanted;
    wanted.common_name = name;
    wanted.dns_names = {name};
    wanted.key = kind;
    Wanted between;
    between.common_name = "Between for " + name;
    return root_.Intermediate(between).Issue(wanted);
  }

  // Returns a server for a.test with `options`, which chooses `other` for
  // b.test.
  TlsContext Choosing(TlsOptions options, const TlsContext& other) {
    const TestIdentity own = For("a.test");
    options.certificate.text = own.chain_pem;
    options.private_key.text = own.key_pem;
    options.on_server_name = [other](absl::string_view name) {
      return name == "b.test" ? other : TlsContext();
    };
    return MustServer(options);
  }

  TlsOptions Client() {
    TlsOptions options = Trusting(root_);
    options.minimum_version = options.maximum_version = GetParam();
    return options;
  }

  const TestAuthority root_ = TestAuthority::Root("Root");
};

TEST_P(ServerNameTest, CertificatesAndKeyAreTheOthers) {
  // Keys of two kinds, each of them in both places, so that a mix-up would
  // show.
  for (const KeyKind kind : {KeyKind::kRsa2048, KeyKind::kEd25519}) {
    const TlsContext server =
        Choosing({}, MustServer(Being(For("b.test", kind))));
    const TlsContext client = MustClient(Client());
    for (const std::string name : {"a.test", "b.test"}) {
      const Ends ends = Meet(client, server, name);
      ASSERT_TRUE(ends.client_status.ok()) << ends.client_status;
      EXPECT_EQ(ends.client.PeerCertificate()->subject, "CN=" + name);
    }
  }
}

TEST_P(ServerNameTest, AlpnStays) {
  TlsOptions options;
  options.alpn = {"h2"};
  TlsOptions other = Being(For("b.test"));
  for (const std::vector<std::string>& others :
       {std::vector<std::string>(), {"smtp"}, {"h2"}}) {
    other.alpn = others;
    const TlsContext server = Choosing(options, MustServer(other));
    for (const char* name : {"a.test", "b.test"}) {
      TlsOptions client = Client();
      client.alpn = {"h2", "smtp"};
      const Ends ends = Meet(MustClient(client), server, name);
      ASSERT_TRUE(ends.client_status.ok()) << ends.client_status;
      EXPECT_EQ(ends.client.AlpnProtocol(), "h2");
      EXPECT_EQ(ends.server.AlpnProtocol(), "h2");
      // A client that offers only other protocols is refused.
      client.alpn = {"smtp"};
      EXPECT_TRUE(
          IsTlsAlert(Meet(MustClient(client), server, name).client_status))
          << name;
    }
  }
  // If the first context has no protocols, there is none.
  other.alpn = {"h2"};
  const TlsContext server = Choosing({}, MustServer(other));
  TlsOptions client = Client();
  client.alpn = {"smtp"};
  const Ends ends = Meet(MustClient(client), server, "b.test");
  EXPECT_TRUE(ends.client_status.ok()) << ends.client_status;
  EXPECT_EQ(ends.client.AlpnProtocol(), "");
}

TEST_P(ServerNameTest, WhatIsWantedOfClientsStays) {
  const TestAuthority clients = TestAuthority::Root("Clients");
  TlsOptions asking;
  asking.trusted.text = clients.certificate_pem();
  asking.client_certificate = TlsClientCertificate::kRequired;
  TlsOptions asking_other = Being(For("b.test"));
  asking_other.trusted = asking.trusted;
  asking_other.client_certificate = asking.client_certificate;
  // The first context asks for a certificate, so the client cannot avoid it by
  // choosing the other one.
  const TlsContext strict = Choosing(asking, MustServer(Being(For("b.test"))));
  EXPECT_TRUE(IsCertificateError(
      Meet(MustClient(Client()), strict, "b.test").server_status));
  // Only the other context asks for a certificate, so the client is not asked.
  const TlsContext lenient = Choosing({}, MustServer(asking_other));
  EXPECT_TRUE(Meet(MustClient(Client()), lenient, "b.test").server_status.ok());

  // The first context also decides which clients are trusted.
  Wanted wanted;
  wanted.common_name = "somebody";
  wanted.purpose = "clientAuth";
  TlsOptions stranger = Client();
  const TestIdentity identity = TestAuthority::Root("Strangers").Issue(wanted);
  stranger.certificate.text = identity.chain_pem;
  stranger.private_key.text = identity.key_pem;
  asking_other.verify = TlsVerify::kNoneInsecure;
  EXPECT_TRUE(IsCertificateError(
      Meet(MustClient(stranger), Choosing(asking, MustServer(asking_other)),
           "b.test")
          .server_status));
}

TEST_P(ServerNameTest, VersionsStay) {
  TlsOptions options;
  options.minimum_version = options.maximum_version = GetParam();
  TlsOptions other = Being(For("b.test"));
  other.minimum_version = other.maximum_version =
      GetParam() == TlsVersion::kTls12 ? TlsVersion::kTls13
                                       : TlsVersion::kTls12;
  const TlsContext server = Choosing(options, MustServer(other));
  const Ends ends = Meet(MustClient(Client()), server, "b.test");
  ASSERT_TRUE(ends.client_status.ok()) << ends.client_status;
  EXPECT_EQ(ends.client.Version(), GetParam());
}

TEST_P(ServerNameTest, ResumptionStays) {
  for (const bool resumption : {true, false}) {
    TlsOptions options;
    options.resumption = resumption;
    TlsOptions other = Being(For("b.test"));
    other.resumption = !resumption;
    const TlsContext server = Choosing(options, MustServer(other));
    const TlsContext client = MustClient(Client());
    Ends first = Meet(client, server, "b.test");
    ASSERT_TRUE(first.client_status.ok()) << first.client_status;
    ASSERT_TRUE(first.server.WriteAll("x").ok());
    ASSERT_EQ(*first.client.Read(1), "x");
    const TlsSession session = first.client.Session();
    EXPECT_EQ(static_cast<bool>(session), resumption);
    const Ends second = Meet(client, server, "b.test", session);
    ASSERT_TRUE(second.client_status.ok()) << second.client_status;
    EXPECT_EQ(second.client.SessionReused(), resumption);
  }
}

TEST_P(ServerNameTest, TheOthersOwnChoiceIsNotAsked) {
  TlsOptions other = Being(For("b.test"));
  other.on_server_name = [](absl::string_view) {
    ADD_FAILURE() << "asked";
    return TlsContext();
  };
  const TlsContext server = Choosing({}, MustServer(other));
  EXPECT_TRUE(Meet(MustClient(Client()), server, "b.test").client_status.ok());
}

TEST_P(ServerNameTest, WhatIsNoServersIsPassedOver) {
  const TlsContext server = Choosing({}, MustClient(Client()));
  const Ends ends = Meet(MustClient(Client()), server, "b.test");
  EXPECT_TRUE(IsCertificateError(ends.client_status)) << "a.test's, for b.test";
}

INSTANTIATE_TEST_SUITE_P(Both, ServerNameTest,
                         testing::Values(TlsVersion::kTls12,
                                         TlsVersion::kTls13),
                         [](const testing::TestParamInfo<TlsVersion>& info) {
                           return VersionName(info.param);
                         });

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
