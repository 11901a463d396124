#include "mortise/tools/mortise/options.h"

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/services.h"
#include "mortise/core/socket_types.h"
#include "mortise/tools/mortise/args.h"

namespace mortise::program {
namespace {

using ::testing::HasSubstr;

TEST(ParseSourceTest, ReadsHostAndPort) {
  const struct {
    absl::string_view text;
    absl::string_view host;
    int port;
  } kCases[] = {
      {"127.0.0.1:80", "127.0.0.1", 80},
      {"example.org:0", "example.org", 0},
      {"[::1]:65535", "::1", 65535},
      {":80", "", 80},
      {"[]:80", "", 80},
  };
  for (const auto& c : kCases) {
    const absl::StatusOr<HostPort> parsed = ParseSource(c.text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->host, c.host) << c.text;
    EXPECT_EQ(parsed->port, c.port) << c.text;
  }
}

TEST(ParseSourceTest, RejectsWhatIsAmbiguousOrOutOfRange) {
  for (const absl::string_view text :
       {"", "127.0.0.1", "::1", "::1:80", "[::1]", "host:", "host:http",
        "host:65536", "host:-1", "host: ", "[::1:80", ":", ":x", "[]"}) {
    EXPECT_FALSE(ParseSource(text).ok()) << text;
  }
}

TEST(ParsePortTest, TakesDecimalNumbersInRange) {
  EXPECT_EQ(ParsePort("0").value_or(-1), 0);
  EXPECT_EQ(ParsePort("65535").value_or(-1), 65535);
  for (const absl::string_view text : {"", "65536", "-1", "+1", " 80", "80 ",
                                       "80x", "0x50", "99999999999999999999"}) {
    EXPECT_FALSE(ParsePort(text).ok()) << text;
  }
}

TEST(CheckHostTest, RejectsANameThatIsNotAscii) {
  for (const char* host : {"", "xn--bcher-kva.example", "127.0.0.1", "::1"}) {
    EXPECT_TRUE(CheckHost(host).ok()) << host;
  }
  EXPECT_EQ(CheckHost("b\xc3\xbc\xff").message(),
            "'b\\xc3\\xbc\\xff' is not ASCII; write it as the DNS has it, "
            "'xn--...'");
}

TEST(IsNumberTest, TellsPortsFromServices) {
  EXPECT_TRUE(IsNumber("80"));
  EXPECT_TRUE(IsNumber("99999"));
  EXPECT_FALSE(IsNumber("http"));
  EXPECT_FALSE(IsNumber(""));
}

TEST(FindPortTest, TakesNumbersAndServices) {
  Options options;
  EXPECT_EQ(FindPort("8080", options).value_or(-1), 8080);
  for (const bool udp : {false, true}) {
    options.udp = udp;
    for (const absl::string_view text :
         {"", "65536", "-1", " 80", "80x", "no such service"}) {
      EXPECT_FALSE(FindPort(text, options).ok()) << text;
    }
    const absl::StatusOr<int> domain =
        GetServByName("domain", udp ? "udp" : "tcp");
    if (!domain.ok()) GTEST_SKIP() << domain.status();
    EXPECT_EQ(FindPort("domain", options).value_or(-1), *domain);
  }
}

TEST(WithoutBracketsTest, TakesThemOff) {
  EXPECT_EQ(WithoutBrackets("[::1]"), "::1");
  EXPECT_EQ(WithoutBrackets("[fe80::1%eth0]"), "fe80::1%eth0");
  EXPECT_EQ(WithoutBrackets("[]"), "");
  for (const absl::string_view host :
       {"", "::1", "host", "[::1", "::1]", "["}) {
    EXPECT_EQ(WithoutBrackets(host), host);
  }
}

class OptionsTest : public ::testing::Test {
 protected:
  OptionsTest() : args_("try", "", "") {
    AddSocketFlags(&options_, &args_);
    AddSourceFlag("", &options_, &args_);
    AddTimeFlags("", "", &options_, &args_);
  }

  // Returns the exit code if the arguments are wrong.
  std::optional<int> Parse(const std::vector<absl::string_view>& words) {
    return args_.Parse(words, stream_, stream_);
  }

  Options options_;
  Args args_;
  std::ostringstream stream_;
};

TEST_F(OptionsTest, DefaultsAreAStreamOfAnyFamilyWithoutATimeout) {
  ASSERT_EQ(Parse({}), std::nullopt);
  EXPECT_EQ(options_.type(), SocketType(kSockStream));
  EXPECT_EQ(options_.family(), AddressFamily());
  EXPECT_EQ(options_.timeout, absl::InfiniteDuration());
  EXPECT_EQ(options_.linger, std::nullopt);
}

TEST_F(OptionsTest, FlagsSayWhichSocket) {
  ASSERT_EQ(Parse({"--udp", "-6", "--source", "[::1]:9"}), std::nullopt);
  EXPECT_EQ(options_.type(), SocketType(kSockDgram));
  EXPECT_EQ(options_.family(), AddressFamily(kAfInet6));
  ASSERT_TRUE(options_.source.has_value());
  EXPECT_EQ(options_.source->host, "::1");
  EXPECT_TRUE(CheckOptions(options_).ok());
}

TEST_F(OptionsTest, SecondsMayBeFractions) {
  ASSERT_EQ(Parse({"--timeout", "0.25", "--linger=inf"}), std::nullopt);
  EXPECT_EQ(options_.timeout, absl::Milliseconds(250));
  EXPECT_EQ(options_.linger, absl::InfiniteDuration());
}

TEST_F(OptionsTest, SecondsMustBeGreaterThanZero) {
  // The last number is smaller than the smallest duration.
  for (const absl::string_view text :
       {"0", "-1", "nan", "", "1s", "-inf", "1e-30"}) {
    EXPECT_EQ(Parse({"--timeout", text}), 2) << text;
  }
}

TEST_F(OptionsTest, AnEmptyPathIsWrong) { EXPECT_EQ(Parse({"--unix="}), 2); }

TEST_F(OptionsTest, FlagsThatContradictEachOtherAreFound) {
  const std::vector<std::vector<absl::string_view>> kCases = {
      {"-4", "-6"},
      {"--unix", "x", "-4"},
      {"--unix", "x", "-6"},
      {"--unix", "x", "--source", ":1"},
  };
  for (const std::vector<absl::string_view>& words : kCases) {
    options_ = Options();
    ASSERT_EQ(Parse(words), std::nullopt);
    EXPECT_FALSE(CheckOptions(options_).ok()) << words[0] << words[1];
  }
}

TEST_F(OptionsTest, TheSourcesPortAgreesWithThePortToListenOn) {
  ASSERT_EQ(Parse({"--source", "127.0.0.1:80"}), std::nullopt);
  EXPECT_TRUE(CheckOptions(options_, 80).ok());
  EXPECT_THAT(std::string(CheckOptions(options_, 81).message()),
              HasSubstr("but PORT is"));
  ASSERT_EQ(Parse({"--source", "127.0.0.1:0"}), std::nullopt);
  EXPECT_TRUE(CheckOptions(options_, 81).ok());
}

}  // namespace
}  // namespace mortise::program
