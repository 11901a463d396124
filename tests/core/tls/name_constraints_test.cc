// Name constraints of every kind, in whole chains that are checked.

#include <string>
#include <utility>
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

const TestAuthority& Root() {
  static const auto* const root =
      new TestAuthority(TestAuthority::Root("Root"));
  return *root;
}

Wanted Constraining(const std::string& constraints) {
  Wanted wanted;
  wanted.common_name = "Between";
  wanted.name_constraints = constraints;
  return wanted;
}

// Returns a certificate for localhost that has these other names too.
Wanted With(std::vector<std::string> others, std::vector<std::string> ips) {
  Wanted wanted;
  wanted.other_names = std::move(others);
  wanted.ip_addresses = std::move(ips);
  return wanted;
}

std::string Why(const std::string& constraints, const Wanted& leaf) {
  PeerCase peer;
  peer.trusted = Root().certificate_pem();
  peer.chain =
      Root().Intermediate(Constraining(constraints)).Issue(leaf).chain_pem;
  if (leaf.dns_names.empty()) peer.host = "";
  return WhyRefused(peer);
}

std::string WhyIp(const std::string& constraints, const std::string& ip) {
  return Why(constraints, With({}, {ip}));
}

TEST(NameConstraintsTest, PermittedSubnets) {
  const std::string ten = "permitted;IP:10.0.0.0/255.0.0.0";
  EXPECT_EQ(WhyIp(ten, "10.0.0.0"), "");
  EXPECT_EQ(WhyIp(ten, "10.255.255.255"), "");
  EXPECT_EQ(WhyIp(ten, "11.0.0.0"),
            "the certificate of \"CN=localhost\": its IP address 11.0.0.0 is "
            "not permitted by the name constraints of \"CN=Between\"");
  EXPECT_NE(WhyIp(ten, "9.255.255.255"), "");
  EXPECT_NE(WhyIp(ten, "::1"), "");
  // A certificate without any address is not constrained by this.
  EXPECT_EQ(Why(ten, {}), "");
  EXPECT_EQ(WhyIp("permitted;IP:10.1.2.3/255.255.255.255", "10.1.2.3"), "");
  EXPECT_NE(WhyIp("permitted;IP:10.1.2.3/255.255.255.255", "10.1.2.4"), "");
  EXPECT_EQ(WhyIp("permitted;IP:0.0.0.0/0.0.0.0", "8.8.8.8"), "");
  EXPECT_NE(WhyIp("permitted;IP:0.0.0.0/0.0.0.0", "::1"), "");
  // This mask ends in the middle of a byte.
  EXPECT_EQ(WhyIp("permitted;IP:172.16.0.0/255.240.0.0", "172.31.0.1"), "");
  EXPECT_NE(WhyIp("permitted;IP:172.16.0.0/255.240.0.0", "172.32.0.1"), "");
  // It is enough if one of several constraints permits an address.
  const std::string two =
      absl::StrCat(ten, ",permitted;IP:192.168.0.0/255.255.0.0");
  EXPECT_EQ(WhyIp(two, "192.168.1.1"), "");
  EXPECT_EQ(WhyIp(two, "10.1.1.1"), "");
  EXPECT_NE(WhyIp(two, "192.169.1.1"), "");
  // Every address has to be permitted.
  EXPECT_EQ(Why(two, With({}, {"10.0.0.1", "192.168.0.1"})), "");
  EXPECT_NE(Why(two, With({}, {"10.0.0.1", "1.1.1.1"})), "");
  EXPECT_NE(Why(two, With({}, {"1.1.1.1", "10.0.0.1"})), "");
}

TEST(NameConstraintsTest, PermittedSubnetsOfIpv6) {
  const std::string net = "permitted;IP:2001:db8::/ffff:ffff::";
  EXPECT_EQ(WhyIp(net, "2001:db8::1"), "");
  EXPECT_EQ(WhyIp(net, "2001:db8:ffff::"), "");
  EXPECT_NE(WhyIp(net, "2001:db9::1"), "");
  EXPECT_NE(WhyIp(net, "10.0.0.1"), "");
  EXPECT_EQ(Why(absl::StrCat(net, ",permitted;IP:10.0.0.0/255.0.0.0"),
                With({}, {"2001:db8::1", "10.0.0.1"})),
            "");
}

TEST(NameConstraintsTest, ExcludedSubnets) {
  const std::string ten = "excluded;IP:10.0.0.0/255.0.0.0";
  EXPECT_EQ(WhyIp(ten, "11.0.0.1"), "");
  EXPECT_EQ(WhyIp(ten, "::1"), "");
  EXPECT_THAT(WhyIp(ten, "10.0.0.1"), HasSubstr("10.0.0.1 is excluded by"));
  // The same address inside an IPv6 address.
  EXPECT_THAT(WhyIp(ten, "::ffff:10.0.0.1"), HasSubstr("is excluded by"));
  EXPECT_EQ(WhyIp(ten, "::ffff:11.0.0.1"), "");
  EXPECT_NE(WhyIp("excluded;IP:2001:db8::/ffff:ffff::", "2001:db8::1"), "");
  // An excluded name is refused even if it is also permitted.
  const std::string both =
      "permitted;IP:10.0.0.0/255.0.0.0,excluded;IP:10.1.0.0/255.255.0.0";
  EXPECT_EQ(WhyIp(both, "10.0.0.1"), "");
  EXPECT_NE(WhyIp(both, "10.1.0.1"), "");
  EXPECT_NE(WhyIp("excluded;IP:0.0.0.0/0.0.0.0", "1.2.3.4"), "");
}

TEST(NameConstraintsTest, AMaskWithHolesIsRefused) {
  EXPECT_THAT(WhyIp("permitted;IP:10.0.0.0/255.0.255.0", "10.0.0.1"),
              HasSubstr("cannot be checked against"));
  EXPECT_NE(WhyIp("excluded;IP:10.0.0.0/255.0.255.0", "11.0.0.1"), "");
  EXPECT_NE(WhyIp("permitted;IP:10.0.0.0/0.0.0.255", "10.0.0.0"), "");
}

// The names behind the address, in the same certificate and in all others, are
// checked as usual. If the library only ignored BoringSSL's error, it would
// accept all of these.
TEST(NameConstraintsTest, AnAddressHidesNothing) {
  const std::string ip = "permitted;IP:10.0.0.0/255.0.0.0,";
  struct Case {
    std::string constraints;
    Wanted bad;
    Wanted good;
  };
  const std::vector<std::string> ips = {"10.0.0.1"};
  std::vector<Case> cases = {
      {"permitted;DNS:localhost", With({"DNS:evil.example"}, ips),
       With({"DNS:a.localhost"}, ips)},
      {"excluded;DNS:evil.example", With({"DNS:a.evil.example"}, ips),
       With({"DNS:notevil.example"}, ips)},
      {"excluded;DNS:a.evil.example", With({"DNS:*.evil.example"}, ips),
       With({"DNS:*.b.evil.example"}, ips)},
      {"permitted;DNS:.localhost", With({}, ips),
       [&] {
         Wanted wanted = With({"DNS:a.localhost"}, ips);
         wanted.dns_names = {};
         return wanted;
       }()},
      {"permitted;email:good.example", With({"email:a@evil.example"}, ips),
       With({"email:a@good.example"}, ips)},
      {"permitted;email:.good.example", With({"email:a@good.example"}, ips),
       With({"email:a@b.good.example"}, ips)},
      {"permitted;email:a@good.example", With({"email:b@good.example"}, ips),
       With({"email:a@GOOD.example"}, ips)},
      {"excluded;email:evil.example", With({"email:a@evil.example"}, ips),
       With({"email:a@a.evil.example"}, ips)},
      {"permitted;URI:good.example", With({"URI:https://evil.example/"}, ips),
       With({"URI:https://good.example:8443/x"}, ips)},
      {"permitted;URI:.good.example",
       With({"URI:https://good.example.evil/.good.example"}, ips),
       With({"URI:https://a.good.example"}, ips)},
      {"excluded;URI:evil.example", With({"URI:https://EVIL.example./"}, ips),
       With({"URI:https://good.example/"}, ips)},
      // A host that is not a name cannot be compared.
      {"excluded;URI:evil.example", With({"URI:https://[::1]/"}, ips),
       With({"URI:https://good.example/?x=@evil.example"}, ips)},
  };
  for (const Case& each : cases) {
    for (const std::string& constraints :
         {ip + each.constraints,
          each.constraints + "," + ip.substr(0, ip.size() - 1)}) {
      EXPECT_NE(Why(constraints, each.bad), "") << constraints;
      EXPECT_EQ(Why(constraints, each.good), "") << constraints;
      // Names in the other order.
      Wanted reversed = each.bad;
      reversed.ip_addresses.clear();
      reversed.other_names.insert(reversed.other_names.begin(), "IP:10.0.0.1");
      EXPECT_NE(Why(constraints, reversed), "") << constraints;
    }
  }
  // The address is in the subject.
  Wanted subject = With({}, ips);
  subject.subject = {"emailAddress=a@evil.example"};
  EXPECT_NE(Why(ip + "permitted;email:good.example", subject), "");
  EXPECT_EQ(Why(ip + "permitted;email:evil.example", subject), "");
}

TEST(NameConstraintsTest, AnAddressHidesNothingElseOfTheCheck) {
  const std::string ten = "permitted;IP:10.0.0.0/255.0.0.0";
  Wanted leaf = With({}, {"10.0.0.1"});
  leaf.ends = -absl::Minutes(30);
  EXPECT_THAT(Why(ten, leaf), HasSubstr("has expired"));
  leaf = With({}, {"10.0.0.1"});
  leaf.purpose = "clientAuth";
  EXPECT_THAT(Why(ten, leaf), HasSubstr("purpose"));
  leaf = With({}, {"10.0.0.1"});
  leaf.has_unknown_extension = true;
  EXPECT_THAT(Why(ten, leaf), HasSubstr("critical extension"));
  leaf = With({}, {"10.0.0.1"});
  leaf.digest = Digest::kSha1;
  EXPECT_THAT(Why(ten, leaf), HasSubstr("can be forged"));

  // An untrusted root, and a signature that is wrong.
  PeerCase peer;
  peer.trusted = TestAuthority::Root("Root").certificate_pem();
  const TestIdentity identity =
      Root().Intermediate(Constraining(ten)).Issue(With({}, {"10.0.0.1"}));
  peer.chain = identity.chain_pem;
  EXPECT_THAT(WhyRefused(peer), HasSubstr("signature failure"));
  peer.trusted = TestAuthority::Root("Other").certificate_pem();
  EXPECT_THAT(WhyRefused(peer), HasSubstr("is not trusted"));
}

TEST(NameConstraintsTest, EveryAuthorityAboveConstrains) {
  const auto why = [](const std::string& upper, const std::string& lower,
                      const std::string& ip) {
    PeerCase peer;
    peer.trusted = Root().certificate_pem();
    Wanted below = Constraining(lower);
    below.common_name = "Below";
    peer.chain = Root()
                     .Intermediate(Constraining(upper))
                     .Intermediate(below)
                     .Issue(With({}, {ip}))
                     .chain_pem;
    return WhyRefused(peer);
  };
  const std::string wide = "permitted;IP:10.0.0.0/255.0.0.0";
  const std::string narrow = "permitted;IP:10.1.0.0/255.255.0.0";
  EXPECT_EQ(why(wide, narrow, "10.1.0.1"), "");
  EXPECT_THAT(why(wide, narrow, "10.2.0.1"), HasSubstr("\"CN=Below\""));
  EXPECT_NE(why(narrow, wide, "10.2.0.1"), "");
  EXPECT_NE(why(wide, "permitted;IP:0.0.0.0/0.0.0.0", "11.0.0.1"), "");
  EXPECT_NE(why("", narrow, "10.2.0.1"), "");
  EXPECT_EQ(why("", narrow, "10.1.0.1"), "");
}

TEST(NameConstraintsTest, AnAnchorConstrainsToo) {
  Wanted wanted = Constraining("permitted;IP:10.0.0.0/255.0.0.0");
  for (const TestAuthority& anchor :
       {TestAuthority::Root(wanted), Root().Intermediate(wanted)}) {
    PeerCase peer;
    peer.trusted = anchor.certificate_pem();
    peer.chain = anchor.Issue(With({}, {"10.0.0.1"})).certificate_pem;
    EXPECT_EQ(WhyRefused(peer), "");
    peer.chain = anchor.Issue(With({}, {"11.0.0.1"})).certificate_pem;
    EXPECT_NE(WhyRefused(peer), "");
  }
}

TEST(NameConstraintsTest, DirectoryNames) {
  // A constraint of the subject: the subject has to begin like the constraint.
  PeerCase peer;
  peer.trusted = Root().certificate_pem();
  const auto why = [&](const std::string& permitted,
                       const std::string& excluded,
                       std::vector<std::string> subject) {
    Wanted between = Constraining("permitted;IP:10.0.0.0/255.0.0.0");
    between.permitted_subject = permitted;
    between.excluded_subject = excluded;
    Wanted leaf = With({}, {"10.0.0.1"});
    leaf.common_name = "localhost";
    leaf.subject = std::move(subject);
    peer.chain = Root().Intermediate(between).Issue(leaf).chain_pem;
    return WhyRefused(peer);
  };
  EXPECT_EQ(why("localhost", "", {"O=Anything"}), "");
  EXPECT_EQ(why("LOCALHOST", "", {}), "");
  EXPECT_NE(why("other", "", {"CN=other"}), "");
  EXPECT_NE(why("", "localhost", {"O=Anything"}), "");
  EXPECT_EQ(why("", "other", {"CN=other"}), "");
}

// The constraints of each single authority are below BoringSSL's limit.
TEST(NameConstraintsTest, WhatIsMadeToTakeLongIsRefused) {
  Wanted leaf;
  leaf.dns_names = {};
  for (int i = 0; i < 1000; ++i) {
    leaf.ip_addresses.push_back(absl::StrCat("10.0.", i / 250, ".", i % 250));
  }
  std::string constraints;
  for (int i = 0; i < 700; ++i) {
    absl::StrAppend(&constraints, i == 0 ? "" : ",", "excluded;IP:11.0.",
                    i / 250, ".", i % 250, "/255.255.255.255");
  }
  EXPECT_EQ(Why(constraints, leaf), "");
  PeerCase peer;
  peer.trusted = Root().certificate_pem();
  Wanted below = Constraining(constraints);
  below.common_name = "Below";
  peer.chain = Root()
                   .Intermediate(Constraining(constraints))
                   .Intermediate(below)
                   .Issue(leaf)
                   .chain_pem;
  peer.host = "";
  EXPECT_THAT(WhyRefused(peer),
              HasSubstr("it has too many names or name constraints"));
}

}  // namespace
}  // namespace testing_tls
}  // namespace mortise
