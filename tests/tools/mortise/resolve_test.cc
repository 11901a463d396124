// `mortise resolve`, as far as it needs no network.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tools/mortise/mortise_program.h"

namespace mortise::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

// Returns what the program prints for `words`. The test fails unless the
// program succeeds.
std::string Resolved(Words words) {
  words.insert(words.begin(), "resolve");
  MortiseProgram program(words);
  EXPECT_EQ(program.Wait(), 0) << program.err();
  EXPECT_THAT(program.err(), IsEmpty());
  return program.out();
}

TEST(ResolveTest, PrintsWhatASocketIsMadeWith) {
  // The protocol is 0 on Windows.
  EXPECT_THAT(Resolved({"--tcp", "127.0.0.1", "80"}),
              AnyOf("AF_INET SOCK_STREAM IPPROTO_TCP 127.0.0.1:80\n",
                    "AF_INET SOCK_STREAM IPPROTO_IP 127.0.0.1:80\n"));
  EXPECT_THAT(Resolved({"--udp", "::1", "53"}),
              AnyOf("AF_INET6 SOCK_DGRAM IPPROTO_UDP [::1]:53\n",
                    "AF_INET6 SOCK_DGRAM IPPROTO_IP [::1]:53\n"));
}

TEST(ResolveTest, APortMayBeMissing) {
  EXPECT_THAT(Resolved({"--tcp", "127.0.0.1"}), HasSubstr(" 127.0.0.1:0\n"));
}

TEST(ResolveTest, WithoutATypeEveryTypeIsThere) {
  const std::string out = Resolved({"127.0.0.1", "80"});
  EXPECT_THAT(out, AnyOf(HasSubstr("SOCK_STREAM"), HasSubstr(" any ")));
  EXPECT_THAT(out, AnyOf(HasSubstr("SOCK_DGRAM"), HasSubstr(" any ")));
}

TEST(ResolveTest, AnEmptyHostIsThisMachine) {
  EXPECT_THAT(Resolved({"--tcp", "-4", "", "80"}),
              HasSubstr(" 127.0.0.1:80\n"));
  EXPECT_THAT(Resolved({"--tcp", "-4", "--passive", "", "80"}),
              HasSubstr(" 0.0.0.0:80\n"));
}

TEST(ResolveTest, ANameIsLookedUpInTime) {
  if (!contract::KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  EXPECT_THAT(Resolved({"--tcp", "-4", "--timeout", "600", "localhost", "80"}),
              HasSubstr(" 127.0.0.1:80\n"));
}

TEST(ResolveTest, TheHostsOwnNameComesFirst) {
  EXPECT_THAT(Resolved({"--tcp", "--canonical", "127.0.0.1", "80"}),
              StartsWith("127.0.0.1\nAF_INET "));
}

TEST(ResolveTest, TheHostStandsBehindItsAddress) {
  if (!contract::KnowsLocalhost()) GTEST_SKIP() << "localhost is unknown here";
  const std::string out =
      Resolved({"--tcp", "--reverse", "127.0.0.1", "64999"});
  EXPECT_THAT(out, HasSubstr(" 127.0.0.1:64999 "));
  EXPECT_THAT(out, HasSubstr(":64999\n"));
}

TEST(ResolveTest, WhatIsNotThereIsAFailure) {
  for (const Words& words :
       {Words{"resolve", "no host"}, Words{"resolve", "--numeric", "localhost"},
        Words{"resolve", "127.0.0.1", "no service"}}) {
    MortiseProgram program(words);
    EXPECT_EQ(program.Wait(), 1);
    EXPECT_THAT(program.out(), IsEmpty());
    EXPECT_THAT(program.err(), HasSubstr("getaddrinfo "));
    EXPECT_EQ(program.err().find('\n'), program.err().size() - 1);
  }
}

}  // namespace
}  // namespace mortise::testing
