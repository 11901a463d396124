// Certificates that are bad in every possible way. Each is refused by default,
// and the error gives the reason.

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/tls/tls_certificate.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

const TestAuthority& Root() {
  static const auto* const root =
      new TestAuthority(TestAuthority::Root("Test Root"));
  return *root;
}

struct BadCertificate {
  std::string name;
  std::function<TestIdentity()> make;
  // A part of the client's error.
  std::string reason;
  // The name to which the client connects.
  std::string host = "localhost";
};

void PrintTo(const BadCertificate& bad, std::ostream* out) { *out << bad.name; }

Wanted For(std::vector<std::string> dns_names) {
  Wanted wanted;
  wanted.dns_names = std::move(dns_names);
  return wanted;
}

std::vector<BadCertificate> BadCertificates() {
  return {
      {"Expired",
       [] {
         Wanted wanted;
         wanted.begins = -absl::Hours(48);
         wanted.ends = -absl::Hours(24);
         return Root().Issue(wanted);
       },
       "has expired"},
      {"NotYetValid",
       [] {
         Wanted wanted;
         wanted.begins = absl::Hours(24);
         wanted.ends = absl::Hours(48);
         return Root().Issue(wanted);
       },
       "not yet valid"},
      {"WrongHost", [] { return Root().Issue(For({"other.example"})); },
       "is not for \"localhost\": it is for other.example"},
      {"NoHost",
       // The common name does not count as a host, whatever it looks like.
       [] { return Root().Issue(For({})); },
       "is not for \"localhost\": it names no host"},
      {"NameInPlaceOfIpAddress",
       [] { return Root().Issue(For({"127.0.0.1"})); },
       "is not for \"127.0.0.1\"", "127.0.0.1"},
      {"IpAddressInPlaceOfName",
       [] {
         Wanted wanted = For({});
         wanted.ip_addresses = {"127.0.0.1"};
         return Root().Issue(wanted);
       },
       "is not for \"localhost\": it is for 127.0.0.1"},
      {"WildcardTooDeep", [] { return Root().Issue(For({"*.example.com"})); },
       "is not for \"a.b.example.com\"", "a.b.example.com"},
      {"WildcardOfItsOwnParent",
       [] { return Root().Issue(For({"*.example.com"})); },
       "is not for \"example.com\"", "example.com"},
      {"WildcardOfATopLevel", [] { return Root().Issue(For({"*.com"})); },
       "is not for \"example.com\"", "example.com"},
      {"WildcardInAPart", [] { return Root().Issue(For({"a*.example.com"})); },
       "is not for \"ab.example.com\"", "ab.example.com"},
      {"WildcardFurtherIn",
       [] { return Root().Issue(For({"a.*.example.com"})); },
       "is not for \"a.b.example.com\"", "a.b.example.com"},
      {"SelfSigned", [] { return SelfSigned(); },
       "it is self-signed, and not trusted"},
      {"UnknownRoot", [] { return TestAuthority::Root("Stranger").Issue(); },
       "\"CN=Stranger\" is not trusted"},
      {"RootOfTheSameName",
       [] { return TestAuthority::Root("Test Root").Issue(); },
       "certificate signature failure"},
      {"MissingIntermediate",
       [] {
         Wanted wanted;
         wanted.common_name = "Between";
         TestIdentity identity = Root().Intermediate(wanted).Issue();
         identity.chain_pem = identity.certificate_pem;
         return identity;
       },
       "\"CN=Between\" is not trusted"},
      {"ExpiredIntermediate",
       [] {
         // The certificate of the authority in the middle has expired.
         Wanted wanted;
         wanted.common_name = "Between";
         wanted.begins = -absl::Hours(48);
         wanted.ends = -absl::Hours(24);
         return Root().Intermediate(wanted).Issue();
       },
       "\"CN=Between\": certificate has expired"},
      {"WrongUsage",
       [] {
         Wanted wanted;
         wanted.purpose = "clientAuth";
         return Root().Issue(wanted);
       },
       "unsupported certificate purpose"},
      {"WeakRsaKey",
       [] {
         Wanted wanted;
         wanted.key = KeyKind::kRsa1024;
         return Root().Issue(wanted);
       },
       "its RSA key has 1024 bits, fewer than 2048"},
      {"WeakKeyAbove",
       [] {
         Wanted wanted;
         wanted.common_name = "Between";
         wanted.key = KeyKind::kRsa1024;
         return Root().Intermediate(wanted).Issue();
       },
       "\"CN=Between\": its RSA key has 1024 bits"},
      {"WeakSignature",
       [] {
         Wanted wanted;
         wanted.digest = Digest::kSha1;
         return Root().Issue(wanted);
       },
       "its signature is made with a digest that can be forged"},
      {"NameConstraintsViolated",
       [] {
         Wanted wanted;
         wanted.common_name = "Between";
         wanted.name_constraints = "permitted;DNS:allowed.example";
         return Root().Intermediate(wanted).Issue();
       },
       "permitted subtree violation"},
  };
}

class BadCertificateTest : public testing::TestWithParam<BadCertificate> {};

TEST_P(BadCertificateTest, IsRefusedWithTheReason) {
  const TestIdentity identity = GetParam().make();
  for (const TlsVersion version : {TlsVersion::kTls12, TlsVersion::kTls13}) {
    TlsOptions options = Trusting(Root());
    options.minimum_version = options.maximum_version = version;
    const Ends ends =
        Meet(MustClient(options), MustServer(Being(identity)), GetParam().host);
    const absl::Status& status = ends.client_status;
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << status;
    EXPECT_TRUE(IsCertificateError(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                testing::HasSubstr(GetParam().reason));
    EXPECT_TRUE(absl::StartsWith(status.message(), "do_handshake 127.0.0.1:"))
        << status;
    EXPECT_TRUE(absl::EndsWith(status.message(), " [TLS_CERTIFICATE]"))
        << status;
    const std::optional<Error> error = ErrorOf(status);
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->domain, ErrorDomain::kTls);
    EXPECT_NE(error->native_code, 0);
  }
}

TEST_P(BadCertificateTest, IsAcceptedIfNothingIsVerified) {
  TlsOptions options;
  options.verify = TlsVerify::kNoneInsecure;
  const Ends ends = Meet(MustClient(options),
                         MustServer(Being(GetParam().make())), GetParam().host);
  EXPECT_TRUE(ends.client_status.ok()) << ends.client_status;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCertificateTest, testing::ValuesIn(BadCertificates()),
    [](const testing::TestParamInfo<BadCertificate>& info) {
      return info.param.name;
    });

struct GoodCertificate {
  std::string name;
  std::function<TestIdentity()> make;
  std::string host = "localhost";
};

void PrintTo(const GoodCertificate& good, std::ostream* out) {
  *out << good.name;
}

class GoodCertificateTest : public testing::TestWithParam<GoodCertificate> {};

TEST_P(GoodCertificateTest, IsTaken) {
  const Ends ends = Meet(MustClient(Trusting(Root())),
                         MustServer(Being(GetParam().make())), GetParam().host);
  EXPECT_TRUE(ends.client_status.ok()) << ends.client_status;
  EXPECT_TRUE(ends.server_status.ok()) << ends.server_status;
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodCertificateTest,
    testing::Values(
        GoodCertificate{"Plain", [] { return Root().Issue(); }},
        GoodCertificate{"InAnyCase", [] { return Root().Issue(); },
                        "LOCALHOST"},
        GoodCertificate{"WithTheFinalDot", [] { return Root().Issue(); },
                        "localhost."},
        GoodCertificate{"IpAddress",
                        [] {
                          Wanted wanted = For({});
                          wanted.ip_addresses = {"10.0.0.1", "127.0.0.1"};
                          return Root().Issue(wanted);
                        },
                        "127.0.0.1"},
        GoodCertificate{"Ipv6Address",
                        [] {
                          Wanted wanted = For({});
                          wanted.ip_addresses = {"::1"};
                          return Root().Issue(wanted);
                        },
                        "::1"},
        GoodCertificate{"Wildcard",
                        [] { return Root().Issue(For({"*.example.com"})); },
                        "www.example.com"},
        GoodCertificate{"AnotherOfItsNames",
                        [] {
                          return Root().Issue(For({"a.example", "localhost"}));
                        }},
        GoodCertificate{"ThroughAnIntermediate",
                        [] {
                          Wanted wanted;
                          wanted.common_name = "Between";
                          return Root().Intermediate(wanted).Issue();
                        }},
        GoodCertificate{"WithinNameConstraints",
                        [] {
                          Wanted wanted;
                          wanted.common_name = "Between";
                          wanted.name_constraints = "permitted;DNS:localhost";
                          return Root().Intermediate(wanted).Issue();
                        }},
        GoodCertificate{"Rsa",
                        [] {
                          Wanted wanted;
                          wanted.key = KeyKind::kRsa2048;
                          return Root().Issue(wanted);
                        }}),
    [](const testing::TestParamInfo<GoodCertificate>& info) {
      return info.param.name;
    });

TEST(TlsVerificationTest, CaOnlyLooksAtAllButTheHost) {
  TlsOptions options = Trusting(Root());
  options.verify = TlsVerify::kCaOnly;
  const TlsContext client = MustClient(options);
  const TestIdentity elsewhere = Root().Issue(For({"elsewhere.example"}));
  EXPECT_TRUE(Meet(client, MustServer(Being(elsewhere))).client_status.ok());
  EXPECT_TRUE(
      Meet(client, MustServer(Being(elsewhere)), "").client_status.ok());
  EXPECT_TRUE(IsCertificateError(
      Meet(client, MustServer(Being(SelfSigned()))).client_status));
}

TEST(TlsVerificationTest, TheRefusedServerIsToldWhy) {
  const Ends ends =
      Meet(MustClient(Trusting(Root())), MustServer(Being(SelfSigned())));
  EXPECT_TRUE(IsTlsAlert(ends.server_status)) << ends.server_status;
  EXPECT_EQ(ends.server_status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(ends.server_status.message()),
              testing::HasSubstr("the peer sent the alert 'unknown CA'"));
}

TEST(TlsVerificationTest, WhatIsNotPrintableInACertificateIsEscaped) {
  Wanted wanted = For({"other.example"});
  wanted.common_name = "new\nline \x1b[31m";
  const Ends ends = Meet(MustClient(Trusting(Root())),
                         MustServer(Being(Root().Issue(wanted))));
  EXPECT_EQ(ends.client_status.message().find('\n'), std::string::npos);
  EXPECT_EQ(ends.client_status.message().find('\x1b'), std::string::npos);
}

TEST(TlsVerificationTest, AServerAsksForCertificates) {
  const TestAuthority clients = TestAuthority::Root("Clients");
  TlsOptions options = Being(Root().Issue());
  options.trusted.text = clients.certificate_pem();
  options.client_certificate = TlsClientCertificate::kRequired;
  const TlsContext server = MustServer(options);
  options.client_certificate = TlsClientCertificate::kOptional;
  const TlsContext lenient = MustServer(options);

  Wanted wanted;
  wanted.common_name = "somebody";
  wanted.purpose = "clientAuth";
  const auto with = [&](const TestIdentity& identity) {
    TlsOptions client = Being(identity);
    client.trusted.text = Root().certificate_pem();
    return MustClient(client);
  };
  const TlsContext somebody = with(clients.Issue(wanted));
  for (const TlsContext& context : {server, lenient}) {
    const Ends known = Meet(somebody, context);
    EXPECT_TRUE(known.server_status.ok()) << known.server_status;
    ASSERT_TRUE(known.server.PeerCertificate().has_value());
    EXPECT_EQ(known.server.PeerCertificate()->subject, "CN=somebody");
    EXPECT_TRUE(IsCertificateError(
        Meet(with(Root().Issue(wanted)), context).server_status));
    // A server's certificate is not a client's.
    EXPECT_TRUE(
        IsCertificateError(Meet(with(clients.Issue()), context).server_status));
  }
  const TlsContext nobody = MustClient(Trusting(Root()));
  const absl::Status refused = Meet(nobody, server).server_status;
  EXPECT_TRUE(IsCertificateError(refused)) << refused;
  const Ends unknown = Meet(nobody, lenient);
  EXPECT_TRUE(unknown.server_status.ok()) << unknown.server_status;
  EXPECT_FALSE(unknown.server.PeerCertificate().has_value());
}

TEST(TlsVerificationTest, ASessionForAnotherHostIsVerifiedAgain) {
  TlsOptions options = Being(Root().Issue(For({"localhost"})));
  const TlsContext server = MustServer(options);
  const TlsContext client = MustClient(Trusting(Root()));
  Ends first = Meet(client, server);
  ASSERT_TRUE(first.client_status.ok()) << first.client_status;
  ASSERT_TRUE(first.server.WriteAll("x").ok());
  ASSERT_EQ(*first.client.Read(1), "x");
  const TlsSession session = first.client.Session();
  ASSERT_TRUE(session);
  const Ends other = Meet(client, server, "other.example", session);
  EXPECT_TRUE(IsCertificateError(other.client_status)) << other.client_status;
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
