// TlsOptions::revoked: which peers are refused, and which lists.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/tls/test_authority.h"
#include "mortise/tests/tls/tls_pair.h"

namespace mortise {
namespace testing_tls {
namespace {

using testing::HasSubstr;

Wanted Between(const std::string& name) {
  Wanted wanted;
  wanted.common_name = name;
  return wanted;
}

class RevocationTest : public testing::TestWithParam<TlsVersion> {
 protected:
  // Returns how the handshake of a client that knows `lists` ends. A server has
  // to get the alert.
  absl::Status Outcome(const TestIdentity& server, const std::string& lists) {
    return Outcome(server, lists, Trusting(root_));
  }
  absl::Status Outcome(const TestIdentity& server, const std::string& lists,
                       TlsOptions options) {
    options.revoked.text = lists;
    options.maximum_version = GetParam();
    const Ends ends = Meet(MustClient(options), MustServer(Being(server)));
    if (!ends.client_status.ok()) {
      EXPECT_TRUE(IsCertificateError(ends.client_status)) << ends.client_status;
    }
    return ends.client_status;
  }

  const TestAuthority root_ = TestAuthority::Root("Root");
  const TestAuthority between_ = root_.Intermediate(Between("Between"));
  const TestIdentity server_ = between_.Issue();
  const TestIdentity other_ = between_.Issue();
};

TEST_P(RevocationTest, APeerThatItsIssuerHasRevokedIsRefused) {
  WantedList list;
  list.revoked = {other_.certificate_pem, server_.certificate_pem};
  const absl::Status refused = Outcome(server_, between_.RevocationList(list));
  EXPECT_THAT(
      std::string(refused.message()),
      HasSubstr("the certificate of \"CN=localhost\": certificate revoked (the "
                "CRL of \"CN=Between\") [TLS_CERTIFICATE]"));
  list.revoked = {other_.certificate_pem};
  EXPECT_EQ(Outcome(server_, between_.RevocationList(list)), absl::OkStatus());
  // Lists of others have nothing to say.
  list.revoked = {server_.certificate_pem};
  EXPECT_EQ(Outcome(server_, root_.RevocationList(list)), absl::OkStatus());
}

TEST_P(RevocationTest, AnAuthorityThatIsRevokedVouchesForNobody) {
  WantedList list;
  list.revoked = {between_.certificate_pem()};
  const absl::Status refused = Outcome(
      server_,
      absl::StrCat(between_.RevocationList(), root_.RevocationList(list)));
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("\"CN=Between\": certificate revoked (the CRL of "
                        "\"CN=Root\")"));
}

TEST_P(RevocationTest, AnIssuerWithoutListsHasRevokedNothing) {
  EXPECT_EQ(Outcome(server_, root_.RevocationList()), absl::OkStatus());
  EXPECT_EQ(Outcome(server_, TestAuthority::Root("Stranger").RevocationList()),
            absl::OkStatus());
}

TEST_P(RevocationTest, AListThatHasExpiredTellsNothingGood) {
  WantedList expired;
  expired.ends = -absl::Hours(1);
  const std::string old = between_.RevocationList(expired);
  EXPECT_THAT(std::string(Outcome(server_, old).message()),
              HasSubstr("CRL has expired (the CRL of \"CN=Between\")"));
  // A newer list takes its place, wherever it is.
  const std::string current = between_.RevocationList();
  EXPECT_EQ(Outcome(server_, old + current), absl::OkStatus());
  EXPECT_EQ(Outcome(server_, current + old), absl::OkStatus());
  // What is revoked stays revoked.
  expired.revoked = {server_.certificate_pem};
  EXPECT_THAT(
      std::string(Outcome(server_, between_.RevocationList(expired) + current)
                      .message()),
      HasSubstr("certificate revoked"));
  WantedList without_end;
  without_end.ends = absl::ZeroDuration();
  EXPECT_EQ(Outcome(server_, between_.RevocationList(without_end)),
            absl::OkStatus());
}

TEST_P(RevocationTest, AListThatTheIssuerHasNotSignedIsNotPassedOver) {
  WantedList damaged;
  damaged.is_damaged = true;
  EXPECT_THAT(
      std::string(Outcome(server_, between_.RevocationList(damaged)).message()),
      HasSubstr("CRL signature failure (the CRL of \"CN=Between\")"));
  EXPECT_EQ(Outcome(server_, between_.RevocationList(damaged) +
                                 between_.RevocationList()),
            absl::OkStatus());
}

TEST_P(RevocationTest, AListOfAnotherKeyOfTheIssuerDoesNotCount) {
  Wanted with_id = Between("Twice");
  with_id.has_key_id = true;
  const TestAuthority first = root_.Intermediate(with_id);
  const TestAuthority second = root_.Intermediate(with_id);
  const TestIdentity server = first.Issue();
  WantedList list;
  list.names_key = true;
  list.revoked = {server.certificate_pem};
  EXPECT_EQ(Outcome(server, second.RevocationList(list)), absl::OkStatus());
  EXPECT_FALSE(Outcome(server, first.RevocationList(list)).ok());
}

TEST_P(RevocationTest, OneContextTellsKeysOfOneNameApart) {
  const TestAuthority first = root_.Intermediate(Between("Twice"));
  const TestAuthority second = root_.Intermediate(Between("Twice"));
  TlsOptions options = Trusting(root_);
  options.maximum_version = GetParam();
  options.revoked.text = first.RevocationList();
  const TlsContext client = MustClient(options);
  const TlsContext good = MustServer(Being(first.Issue()));
  const TlsContext bad = MustServer(Being(second.Issue()));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(Meet(client, good).client_status.ok());
    EXPECT_THAT(std::string(Meet(client, bad).client_status.message()),
                HasSubstr("CRL signature failure"));
  }
}

TEST_P(RevocationTest, APeerThatIsTrustedItselfCanBeRevoked) {
  WantedList list;
  list.revoked = {server_.certificate_pem};
  TlsOptions options;
  options.trusted.text = server_.certificate_pem;
  EXPECT_EQ(Outcome(server_, between_.RevocationList(list), options),
            absl::OkStatus())
      << "nobody knows the issuer";
  options.trusted.text += between_.certificate_pem();
  EXPECT_FALSE(Outcome(server_, between_.RevocationList(list), options).ok());
}

TEST_P(RevocationTest, AServerRefusesClients) {
  Wanted wanted;
  wanted.purpose = "clientAuth";
  const TestIdentity client = between_.Issue(wanted);
  WantedList list;
  list.revoked = {client.certificate_pem};
  for (const bool is_revoked : {false, true}) {
    TlsOptions server = Being(server_);
    server.trusted.text = root_.certificate_pem();
    server.client_certificate = TlsClientCertificate::kRequired;
    server.revoked.text =
        between_.RevocationList(is_revoked ? list : WantedList());
    TlsOptions options = Being(client);
    options.trusted.text = root_.certificate_pem();
    options.maximum_version = GetParam();
    const Ends ends = Meet(MustClient(options), MustServer(server));
    EXPECT_EQ(IsCertificateError(ends.server_status), is_revoked)
        << ends.server_status;
  }
}

TEST_P(RevocationTest, SomeKindsOfExtensionsDoNoHarm) {
  WantedList list;
  list.revoked = {server_.certificate_pem};
  list.extension = "issuingDistributionPoint=critical,onlyuser:TRUE";
  list.entry_extension = "CRLReason=DER:0a0101";
  EXPECT_FALSE(Outcome(server_, between_.RevocationList(list)).ok());
}

INSTANTIATE_TEST_SUITE_P(Both, RevocationTest,
                         testing::Values(TlsVersion::kTls12,
                                         TlsVersion::kTls13),
                         [](const testing::TestParamInfo<TlsVersion>& info) {
                           return VersionName(info.param);
                         });

// Returns the message about `lists`, with which no context can be made.
std::string Refusal(const std::string& lists) {
  TlsOptions options = Trusting(DefaultRoot());
  options.revoked.text = lists;
  const absl::Status status = TlsContext::Client(options).status();
  EXPECT_TRUE(IsUsageError(status)) << status;
  return std::string(status.message());
}

TEST(RevocationListsTest, WhatCannotBeUsedIsToldWithItsPlace) {
  const std::string good = DefaultRoot().RevocationList();
  EXPECT_THAT(Refusal(" "),
              HasSubstr("ssl: revoked: the CRLs in the text cannot be used: it "
                        "is empty"));
  EXPECT_THAT(Refusal(DefaultRoot().certificate_pem()),
              HasSubstr("its blocks are of other kinds: CERTIFICATE"));
  EXPECT_THAT(Refusal(absl::StrCat(good, PemOf("X509 CRL", "rubbish"))),
              HasSubstr("block 2 (X509 CRL, line "));
  EXPECT_THAT(Refusal(PemOf("X509 CRL", DerOfPem(good) + "x")),
              HasSubstr("its bytes are not a CRL"));
  EXPECT_THAT(
      Refusal(PemOf("X509 CRL", DerOfPem(DefaultRoot().certificate_pem()))),
      HasSubstr("its bytes are not a CRL"));
  EXPECT_THAT(Refusal(good.substr(0, 100)), HasSubstr("it has no END line"));
}

TEST(RevocationListsTest, WhatMustBeUnderstoodAndIsNotIsToldToo) {
  WantedList list;
  list.extension = "issuingDistributionPoint=critical,indirectCRL:TRUE";
  EXPECT_THAT(Refusal(DefaultRoot().RevocationList(list)),
              HasSubstr("it is an indirect CRL"));
  list.extension = "1.3.6.1.4.1.99999.1=critical,DER:0500";
  EXPECT_THAT(Refusal(DefaultRoot().RevocationList(list)),
              HasSubstr("has a critical extension that is not supported"));
  list.extension = "1.3.6.1.4.1.99999.1=DER:0500";
  TlsOptions options = Trusting(DefaultRoot());
  options.revoked.text = DefaultRoot().RevocationList(list);
  EXPECT_TRUE(MustClient(options)) << "the extension is not critical";
  list.revoked = {DefaultIdentity().certificate_pem};
  list.entry_extension = "1.3.6.1.4.1.99999.1=critical,DER:0500";
  EXPECT_THAT(Refusal(DefaultRoot().RevocationList(list)),
              HasSubstr("its entry 1 has a critical extension"));
}

TEST(RevocationListsTest, AFileThatIsMissingIsNamed) {
  TlsOptions options = Trusting(DefaultRoot());
  options.revoked.file = absl::StrCat(testing::TempDir(), "/no.crl");
  const absl::Status status = TlsContext::Client(options).status();
  EXPECT_TRUE(IsFileNotFound(status)) << status;
  EXPECT_EQ(ErrorOf(status)->address,
            absl::StrCat("revoked ", options.revoked.file));
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
