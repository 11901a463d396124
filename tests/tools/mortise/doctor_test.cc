#include <cstddef>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/create_server.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/version.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tools/mortise/mortise_program.h"
#include "mortise/tests/tree.h"

namespace mortise::testing {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::StartsWith;
using ::testing::Truly;

// A section of the output: each subject, and the answer about it.
using Section = std::map<std::string, std::string>;

class DoctorTest : public ::testing::Test {
 protected:
  // The column in which the answers begin.
  static constexpr std::size_t kColumn = 28;

  DoctorTest() : doctor_({"doctor"}) {
    EXPECT_EQ(doctor_.Wait(), 0);
    EXPECT_THAT(doctor_.err(), IsEmpty());
    std::string section;
    for (const std::string& line :
         std::vector<std::string>(absl::StrSplit(doctor_.out(), '\n'))) {
      lines_.push_back(line);
      if (!absl::StartsWith(line, "  ")) {
        section = line;
      } else if (line.size() <= kColumn || line[kColumn - 1] != ' ') {
        ADD_FAILURE() << "not aligned: " << line;
      } else {
        std::string what = line.substr(2, kColumn - 2);
        what.erase(what.find_last_not_of(' ') + 1);
        told_[section][what] = line.substr(kColumn);
      }
    }
  }

  MortiseProgram doctor_;
  std::vector<std::string> lines_;
  std::map<std::string, Section> told_;
};

// This is not a regular expression, because GoogleTest's do not have brackets
// on Windows.
bool IsNumber(absl::string_view text) {
  return !text.empty() && absl::c_all_of(text, [](unsigned char c) {
    return absl::ascii_isdigit(c);
  });
}
bool IsInteger(absl::string_view text) {
  return IsNumber(absl::StripPrefix(text, "-"));
}

std::string YesOrNo(const absl::Status& status) {
  return status.ok() ? "yes" : absl::StrCat("no: ", status.message());
}

TEST_F(DoctorTest, SaysWhatItIs) {
  EXPECT_EQ(lines_[0], absl::StrCat("Mortise ", kVersion, ", built for ",
                                    OsName(NativeOs())));
}

TEST_F(DoctorTest, HasEachSection) {
  for (const char* section : {"sockets", "addresses", "options", "buffers",
                              "limits", "names", "interfaces", "clock"}) {
    EXPECT_THAT(told_, Contains(Key(section)));
    EXPECT_FALSE(told_[section].empty()) << section;
  }
}

TEST_F(DoctorTest, TellsOfSocketsWhatTheLibraryTells) {
  const Section& sockets = told_["sockets"];
  EXPECT_EQ(sockets.at("AF_INET SOCK_STREAM"), "yes");
  EXPECT_EQ(sockets.at("AF_INET SOCK_DGRAM"), "yes");
  EXPECT_EQ(sockets.at("AF_INET6 SOCK_STREAM"),
            YesOrNo(Socket::Create(kAfInet6, kSockStream).status()));
  EXPECT_EQ(sockets.at("AF_UNIX SOCK_STREAM"),
            YesOrNo(Socket::Create(kAfUnix, kSockStream).status()));
}

TEST_F(DoctorTest, TellsWhatAddressesAreGoodFor) {
  const Section& addresses = told_["addresses"];
  EXPECT_EQ(addresses.at("IPv4 loopback"), "yes");
  EXPECT_EQ(addresses.at("IPv6 loopback") == "yes",
            !Lacks(kLoopbackIpv6).has_value());
  if (!HasDualstackIpv6()) {
    EXPECT_THAT(addresses.at("IPv4 and IPv6 together"), StartsWith("no: "));
  }
  EXPECT_EQ(addresses.at("AF_UNIX path") == "yes",
            !Lacks(kLoopbackUnix).has_value());
  EXPECT_THAT(addresses.at("pair of streams"), StartsWith("yes, AF_"));
}

TEST_F(DoctorTest, TellsHowOptionsStand) {
  const Section& options = told_["options"];
  EXPECT_EQ(options.at("TCP_NODELAY"), "0");
  for (const auto& [name, answer] : options) {
    if (FindConstant(name).has_value()) {
      EXPECT_THAT(answer, AnyOf(Truly(IsInteger), StartsWith("no: ")));
    } else {
      EXPECT_THAT(answer, StartsWith("no: not among the constants of "));
    }
  }
  EXPECT_THAT(told_["buffers"].at("TCP SO_RCVBUF"), Truly(IsNumber));
}

TEST_F(DoctorTest, TellsTheRest) {
  const std::vector<std::string> limit = absl::StrSplit(
      told_["limits"].at("sockets at once"), absl::ByAnyChar(" :"));
  EXPECT_PRED1(IsNumber, limit[0]);
  const std::string& localhost = told_["names"].at("localhost");
  if (contract::KnowsLocalhost()) {
    EXPECT_THAT(localhost, AnyOf(HasSubstr("127.0.0.1"), HasSubstr("::1")));
  } else {
    EXPECT_THAT(localhost, StartsWith("no: "));
  }
  EXPECT_NE(told_["clock"].at("smallest step"), "0");
}

// The version that the program prints is that of the module.
TEST(VersionTest, IsThatOfTheModule) {
  std::ifstream file(TreePath("MODULE.bazel"));
  const std::string module(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(module,
              HasSubstr(absl::StrCat("\n    version = \"", kVersion, "\",")));
}

}  // namespace
}  // namespace mortise::testing
