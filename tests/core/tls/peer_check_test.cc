#include "mortise/core/tls/internal/peer_check.h"

#include <string>

#include "gtest/gtest.h"

namespace mortise {
namespace internal {
namespace {

TEST(PeerCheckTest, NamesMatchWithoutCase) {
  EXPECT_TRUE(MatchesDnsName("example.org", "EXAMPLE.org"));
  EXPECT_TRUE(MatchesDnsName("example.org", "example.org."));
  EXPECT_FALSE(MatchesDnsName("example.org", "example.org.evil"));
  EXPECT_FALSE(MatchesDnsName("example.org", "xample.org"));
  EXPECT_FALSE(MatchesDnsName("", ""));
  EXPECT_FALSE(MatchesDnsName(std::string("a.org\0.evil.org", 15), "a.org"));
}

TEST(PeerCheckTest, AWildcardIsOneWholeLabel) {
  EXPECT_TRUE(MatchesDnsName("*.example.org", "www.example.org"));
  EXPECT_TRUE(MatchesDnsName("*.example.org", "WWW.EXAMPLE.ORG."));
  for (const char* pattern :
       {"*", "*.", "*.*", "*.org", "*.*.org", "w*.example.org",
        "*w.example.org", "www.*.org", "**.example.org", "*example.org",
        "*.example.org.", "*..example.org"}) {
    EXPECT_FALSE(MatchesDnsName(pattern, "www.example.org")) << pattern;
    EXPECT_FALSE(MatchesDnsName(pattern, "example.org")) << pattern;
  }
  EXPECT_FALSE(MatchesDnsName("*.example.org", "a.b.example.org"));
  EXPECT_FALSE(MatchesDnsName("*.example.org", ".example.org"));
  EXPECT_FALSE(MatchesDnsName("*.example.org", "example.org"));
}

TEST(PeerCheckTest, AnAddressIsNoName) {
  EXPECT_FALSE(MatchesDnsName("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(MatchesDnsName("*.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(IsDnsName("127.0.0.1"));
  EXPECT_FALSE(IsDnsName("::1"));
  EXPECT_EQ(IpAddressBytes("127.0.0.1"), std::string("\x7f\0\0\1", 4));
  EXPECT_EQ(IpAddressBytes("::1%eth0").size(), 16u);
  EXPECT_EQ(IpAddressBytes("localhost"), "");
}

TEST(PeerCheckTest, WhatIsMeantAsAnAddressIsNoName) {
  for (const std::string& name :
       {std::string("::1%"),          std::string("::1%a%b"),
        std::string("::1%a b"),       std::string("::1%\0", 5),
        std::string("%eth0"),         std::string("[::1]"),
        std::string("::1."),          std::string(":::"),
        std::string("1::2::3"),       std::string("127.0.0.1%eth0"),
        std::string("127.0.0.1:443"), std::string("127.0.0.1."),
        std::string("127.1"),         std::string("1.2.3"),
        std::string("1.2.3.4.5"),     std::string("256.0.0.1"),
        std::string("010.0.0.1"),     std::string("2130706433"),
        std::string("0x7f000001"),    std::string("0x7f.1"),
        std::string("a.0X1"),         std::string("1.2.3.0x"),
        std::string("example.1")}) {
    EXPECT_EQ(IpAddressBytes(name), "") << name;
    EXPECT_FALSE(IsDnsName(name)) << name;
    EXPECT_TRUE(IsMeantAsAddress(name)) << name;
    EXPECT_FALSE(MatchesDnsName(name, name)) << name;
  }
  for (const char* name : {"1.example", "0x1.example", "example.1a", "a0x1",
                           "example.0xg", "1e", "127-0-0-1.example"}) {
    EXPECT_TRUE(IsDnsName(name)) << name;
    EXPECT_FALSE(IsMeantAsAddress(name)) << name;
  }
}

TEST(PeerCheckTest, ADnsNameIsOfLabels) {
  EXPECT_TRUE(IsDnsName("localhost"));
  EXPECT_TRUE(IsDnsName("xn--bcher-kva.example."));
  EXPECT_TRUE(IsDnsName("_service.example"));
  for (const std::string& name :
       {std::string(), std::string("."), std::string("a..b"), std::string(".a"),
        std::string("a b"), std::string("\xc3\xbc.org"), std::string(64, 'a'),
        std::string("*.a.b")}) {
    EXPECT_FALSE(IsDnsName(name)) << name;
  }
}

}  // namespace
}  // namespace internal
}  // namespace mortise
