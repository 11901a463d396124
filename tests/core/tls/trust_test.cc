// Which certificates end a chain, and for which others they vouch.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/tests/core/tls/peer_chain.h"
#include "mortise/tests/tls/test_authority.h"

namespace mortise {
namespace testing_tls {
namespace {

using testing::HasSubstr;

constexpr char kServerAuth[] = "1.3.6.1.5.5.7.3.1";
constexpr char kClientAuth[] = "1.3.6.1.5.5.7.3.2";
constexpr char kEmail[] = "1.3.6.1.5.5.7.3.4";
constexpr char kAnyUse[] = "2.5.29.37.0";

Wanted Named(const std::string& name) {
  Wanted wanted;
  wanted.common_name = name;
  return wanted;
}

class TrustTest : public testing::Test {
 protected:
  // Returns why the peer is refused if `trusted` is trusted and the peer sends
  // `chain`.
  static std::string Why(const std::string& trusted, const std::string& chain,
                         const std::string& host = "localhost") {
    PeerCase peer;
    peer.trusted = trusted;
    peer.chain = chain;
    peer.host = host;
    return WhyRefused(peer);
  }

  const TestAuthority root_ = TestAuthority::Root("Root");
  const TestAuthority between_ = root_.Intermediate(Named("Between"));
  const TestIdentity leaf_ = between_.Issue();
};

TEST_F(TrustTest, ARootVouches) {
  EXPECT_EQ(Why(root_.certificate_pem(), leaf_.chain_pem), "");
  EXPECT_EQ(Why(root_.certificate_pem() + between_.certificate_pem(),
                leaf_.certificate_pem),
            "");
  // The peer may send the root too.
  EXPECT_EQ(
      Why(root_.certificate_pem(), leaf_.chain_pem + root_.certificate_pem()),
      "");
  EXPECT_THAT(
      Why(TestAuthority::Root("Other").certificate_pem(), leaf_.chain_pem),
      HasSubstr("\"CN=Root\" is not trusted"));
}

TEST_F(TrustTest, AnIntermediateVouchesForWhatIsUnderIt) {
  EXPECT_EQ(Why(between_.certificate_pem(), leaf_.certificate_pem), "");
  EXPECT_EQ(Why(between_.certificate_pem(), leaf_.chain_pem), "");
  EXPECT_EQ(Why(between_.certificate_pem(),
                leaf_.chain_pem + root_.certificate_pem()),
            "");
  const TestAuthority below = between_.Intermediate(Named("Below"));
  EXPECT_EQ(Why(between_.certificate_pem(), below.Issue().chain_pem), "");
  // It does not vouch for certificates beside it or above it.
  EXPECT_NE(Why(between_.certificate_pem(), root_.Issue().chain_pem), "");
  EXPECT_NE(Why(below.certificate_pem(), leaf_.chain_pem), "");
  EXPECT_NE(Why(between_.certificate_pem(),
                root_.Intermediate(Named("Beside")).Issue().chain_pem),
            "");
  EXPECT_THAT(Why(between_.certificate_pem(), leaf_.chain_pem, "other"),
              HasSubstr("is not for \"other\""));
}

// The certificate above an anchor is not checked, even if it is trusted too.
// The result is the same as without it.
TEST_F(TrustTest, AChainEndsAtItsFirstAnchor) {
  std::vector<Wanted> cases(4, Named("Above"));
  cases[0].begins = -absl::Hours(48);
  cases[0].ends = -absl::Hours(24);
  cases[1].path_length = 0;
  cases[2].key = KeyKind::kRsa1024;
  cases[3].name_constraints = "permitted;DNS:elsewhere.example";
  for (const Wanted& wanted : cases) {
    const TestAuthority above = TestAuthority::Root(wanted);
    const TestAuthority anchor = above.Intermediate(Named("Anchor"));
    const TestAuthority below = anchor.Intermediate(Named("Below"));
    const std::string both = anchor.certificate_pem() + above.certificate_pem();
    for (const TestIdentity& leaf : {anchor.Issue(), below.Issue()}) {
      EXPECT_NE(Why(above.certificate_pem(), leaf.chain_pem), "");
      EXPECT_EQ(Why(both, leaf.chain_pem), "");
      EXPECT_EQ(Why(both, leaf.chain_pem + above.certificate_pem()), "");
    }
  }
  // A chain that goes past the anchor, and not through it, is refused.
  EXPECT_NE(Why(between_.certificate_pem(), root_.Issue().chain_pem), "");
}

TEST_F(TrustTest, ACertificateVouchesForItself) {
  EXPECT_EQ(Why(leaf_.certificate_pem, leaf_.certificate_pem), "");
  EXPECT_EQ(Why(leaf_.certificate_pem, leaf_.chain_pem), "");
  EXPECT_EQ(
      Why(leaf_.certificate_pem, leaf_.chain_pem + root_.certificate_pem()),
      "");
  const TestIdentity self_signed = SelfSigned();
  EXPECT_EQ(Why(self_signed.certificate_pem, self_signed.chain_pem), "");
  EXPECT_THAT(Why(leaf_.certificate_pem, leaf_.certificate_pem, "other"),
              HasSubstr("is not for \"other\""));
  // Another certificate of the same name and issuer is not trusted, and neither
  // is one that has only the same name.
  EXPECT_NE(Why(leaf_.certificate_pem, between_.Issue().certificate_pem), "");
  EXPECT_THAT(Why(self_signed.certificate_pem, SelfSigned().chain_pem),
              HasSubstr("self-signed, and not trusted"));
  // A trusted certificate counts even if its chain is invalid.
  Wanted expired = Named("Expired");
  expired.begins = -absl::Hours(48);
  expired.ends = -absl::Hours(24);
  const TestIdentity under = root_.Intermediate(expired).Issue();
  EXPECT_EQ(Why(under.certificate_pem, under.chain_pem), "");
  EXPECT_NE(Why(root_.certificate_pem(), under.chain_pem), "");
}

TEST_F(TrustTest, ACertificateThatIsTrustedHasToBeGoodItself) {
  struct Case {
    std::string reason;
    Wanted wanted;
  };
  std::vector<Case> cases(7);
  cases[0].reason = "has expired";
  cases[0].wanted.begins = -absl::Hours(48);
  cases[0].wanted.ends = -absl::Hours(24);
  cases[1].reason = "not yet valid";
  cases[1].wanted.begins = absl::Hours(24);
  cases[1].wanted.ends = absl::Hours(48);
  cases[2].reason = "unsupported certificate purpose";
  cases[2].wanted.purpose = "clientAuth";
  cases[3].reason = "unhandled critical extension";
  cases[3].wanted.has_unknown_extension = true;
  cases[4].reason = "its RSA key has 1024 bits";
  cases[4].wanted.key = KeyKind::kRsa1024;
  cases[5].reason = "its key is of a curve with 224 bits";
  cases[5].wanted.key = KeyKind::kP224;
  cases[6].reason = "unsupported certificate purpose";
  cases[6].wanted.key_usage = "critical,cRLSign";
  for (const Case& each : cases) {
    for (const TestIdentity& leaf :
         {root_.Issue(each.wanted), SelfSigned(each.wanted)}) {
      EXPECT_THAT(Why(leaf.certificate_pem, leaf.chain_pem),
                  HasSubstr(each.reason));
    }
  }
}

TEST_F(TrustTest, OnlyAnAuthorityVouchesForOthers) {
  Wanted wanted = Named("Pretender");
  for (const char* usage : {"", "none", "critical,keyCertSign"}) {
    wanted.key_usage = usage;
    const TestAuthority pretender = root_.Pretender(wanted);
    const TestIdentity leaf = pretender.Issue();
    EXPECT_NE(Why(pretender.certificate_pem(), leaf.certificate_pem), "");
    EXPECT_NE(Why(pretender.certificate_pem(), leaf.chain_pem), "");
    EXPECT_NE(Why(root_.certificate_pem(), leaf.chain_pem), "");
    EXPECT_NE(Why(root_.certificate_pem() + pretender.certificate_pem(),
                  leaf.chain_pem),
              "");
  }
}

TEST_F(TrustTest, AnAnchorHasToBeValidAndForThisUse) {
  const auto why_under = [](Wanted wanted) {
    wanted.common_name = "Anchor";
    const TestAuthority anchor = TestAuthority::Root(wanted);
    return Why(anchor.certificate_pem(), anchor.Issue().chain_pem);
  };
  EXPECT_EQ(why_under({}), "");
  Wanted wanted;
  wanted.begins = -absl::Hours(48);
  wanted.ends = -absl::Hours(24);
  EXPECT_THAT(why_under(wanted), HasSubstr("has expired"));
  wanted = Wanted();
  wanted.has_unknown_extension = true;
  EXPECT_THAT(why_under(wanted), HasSubstr("unhandled critical extension"));
  wanted = Wanted();
  wanted.key_usage = "critical,cRLSign";
  EXPECT_NE(why_under(wanted), "");
  wanted = Wanted();
  wanted.key = KeyKind::kRsa1024;
  EXPECT_THAT(why_under(wanted), HasSubstr("its RSA key has 1024 bits"));
}

TEST_F(TrustTest, AnAnchorsLengthOfPathIsKept) {
  Wanted wanted = Named("Anchor");
  wanted.path_length = 0;
  for (const TestAuthority& anchor :
       {TestAuthority::Root(wanted), root_.Intermediate(wanted)}) {
    EXPECT_EQ(Why(anchor.certificate_pem(), anchor.Issue().chain_pem), "");
    EXPECT_THAT(Why(anchor.certificate_pem(),
                    anchor.Intermediate(Named("Below")).Issue().chain_pem),
                HasSubstr("path length constraint exceeded"));
  }
}

TEST_F(TrustTest, OfTwoAnchorsOfOneNameTheLongerLivedIsTaken) {
  // In real life these would be two certificates of one authority with the same
  // key, the second one a renewal. Here two roots with the same name stand for
  // them.
  Wanted old = Named("Twice");
  old.begins = -absl::Hours(48);
  old.ends = -absl::Hours(24);
  const TestAuthority expired = TestAuthority::Root(old);
  const TestAuthority renewed = TestAuthority::Root(Named("Twice"));
  EXPECT_EQ(Why(expired.certificate_pem() + renewed.certificate_pem(),
                renewed.Issue().chain_pem),
            "");
  EXPECT_EQ(Why(renewed.certificate_pem() + expired.certificate_pem(),
                renewed.Issue().chain_pem),
            "");
}

TEST_F(TrustTest, HelpersHelpAndVouchForNothing) {
  PeerCase peer;
  peer.chain = leaf_.certificate_pem;
  peer.trusted = root_.certificate_pem();
  EXPECT_NE(WhyRefused(peer), "");
  peer.helpers = between_.certificate_pem();
  EXPECT_EQ(WhyRefused(peer), "");
  peer.trusted = TestAuthority::Root("Other").certificate_pem();
  EXPECT_NE(WhyRefused(peer), "");
  peer.helpers += root_.certificate_pem() + leaf_.certificate_pem;
  EXPECT_NE(WhyRefused(peer), "");
}

TEST_F(TrustTest, TrustSettingsAreKept) {
  const std::string root = root_.certificate_pem();
  const auto why = [&](const std::vector<std::string>& trusted,
                       const std::vector<std::string>& rejected) {
    return Why(TrustedPem(root, trusted, rejected), leaf_.chain_pem);
  };
  EXPECT_EQ(why({}, {}), "");
  EXPECT_EQ(why({kServerAuth}, {}), "");
  EXPECT_EQ(why({kEmail, kServerAuth}, {kClientAuth}), "");
  EXPECT_EQ(why({kAnyUse}, {}), "");
  EXPECT_EQ(why({}, {kEmail}), "");
  EXPECT_NE(why({kEmail}, {}), "");
  EXPECT_NE(why({kClientAuth}, {}), "");
  EXPECT_NE(why({}, {kServerAuth}), "");
  EXPECT_NE(why({}, {kAnyUse}), "");
  EXPECT_NE(why({kServerAuth}, {kServerAuth}), "");

  // For certificates of clients it is the other way round.
  Wanted client;
  client.purpose = "clientAuth";
  PeerCase peer;
  peer.of_server = false;
  peer.host = "";
  peer.chain = root_.Issue(client).chain_pem;
  peer.trusted = TrustedPem(root, {kClientAuth}, {kServerAuth});
  EXPECT_EQ(WhyRefused(peer), "");
  peer.trusted = TrustedPem(root, {kServerAuth}, {});
  EXPECT_NE(WhyRefused(peer), "");
}

TEST_F(TrustTest, WhatIsRejectedIsNoWayThrough) {
  const std::string root = root_.certificate_pem();
  const std::string rejected =
      TrustedPem(between_.certificate_pem(), {}, {kServerAuth});
  EXPECT_THAT(Why(root + rejected, leaf_.chain_pem),
              HasSubstr("\"CN=Between\": certificate rejected"));
  EXPECT_THAT(Why(root + TrustedPem(leaf_.certificate_pem, {}, {kAnyUse}),
                  leaf_.chain_pem),
              HasSubstr("\"CN=localhost\": certificate rejected"));
  // A certificate that is both trusted and rejected is rejected, in either
  // order.
  EXPECT_NE(Why(root + TrustedPem(root, {}, {kServerAuth}), leaf_.chain_pem),
            "");
  EXPECT_NE(Why(TrustedPem(root, {}, {kServerAuth}) + root, leaf_.chain_pem),
            "");
  // Other certificates are not affected.
  EXPECT_EQ(Why(root + rejected, root_.Issue().chain_pem), "");
}

TEST_F(TrustTest, SignaturesWithRsaPssAreAsGoodAsTheirDigest) {
  const TestAuthority root = TestAuthority::Root("Root", KeyKind::kRsa2048);
  Wanted wanted;
  wanted.digest = Digest::kPssSha256;
  EXPECT_EQ(Why(root.certificate_pem(), root.Issue(wanted).chain_pem), "");
  wanted.digest = Digest::kPssSha1;
  const std::string chain = root.Issue(wanted).chain_pem;
  if (chain.empty())
    GTEST_SKIP() << "the library does not make such signatures";
  EXPECT_THAT(Why(root.certificate_pem(), chain),
              HasSubstr("a digest that can be forged"));
}

TEST_F(TrustTest, NamesInErrorsAreQuoted) {
  Wanted wanted;
  wanted.common_name = std::string("a\0b\nc\x1b\x7f\"", 8);
  wanted.dns_names = {"other.example"};
  const std::string why =
      Why(root_.certificate_pem(), root_.Issue(wanted).chain_pem,
          std::string("x\ny\0z", 5));
  EXPECT_THAT(why, HasSubstr("CN=a\\00b\\0Ac\\1B\\7F\\\""));
  EXPECT_THAT(why, HasSubstr("is not for \"x\\ny\\x00z\""));
  for (const char c : why) EXPECT_GE(c, ' ');
}

TEST_F(TrustTest, LongNamesDoNotFloodErrors) {
  Wanted wanted;
  wanted.dns_names = {std::string(60000, 'x')};
  for (int i = 0; i < 1000; ++i) wanted.subject.push_back("O=Much");
  EXPECT_LT(Why(root_.certificate_pem(), root_.Issue(wanted).chain_pem).size(),
            1000u);
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
