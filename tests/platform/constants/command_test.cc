#include "mortise/tools/constants/command.h"

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mortise {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Printed {
  int status;
  std::string out;
  std::string err;
};

Printed Command(const std::vector<absl::string_view>& args) {
  std::ostringstream out, err;
  const int status = ConstantsMain(args, out, err);
  return {status, out.str(), err.str()};
}

TEST(ConstantsCommandTest, PrintsNameAndDecimalValue) {
  const Printed printed =
      Command({"--os", "windows", "SO_EXCL", "INADDR_BROAD"});
  EXPECT_EQ(printed.status, 0);
  EXPECT_EQ(printed.out,
            "INADDR_BROADCAST 4294967295\nSO_EXCLUSIVEADDRUSE -5\n");
  EXPECT_EQ(printed.err, "");
}

TEST(ConstantsCommandTest, PrintsAllOfThisOsWithoutArguments) {
  const Printed printed = Command({});
  EXPECT_EQ(printed.status, 0);
  EXPECT_THAT(printed.out, HasSubstr("\nSOCK_STREAM "));
  EXPECT_THAT(printed.out, HasSubstr("\nINADDR_LOOPBACK 2130706433\n"));
}

TEST(ConstantsCommandTest, PrintsFullEntriesAsJson) {
  EXPECT_EQ(Command({"--json", "--os=linux", "AF_DECnet", "UDPLITE_S"}).out,
            "[\n"
            "{\"name\": \"AF_DECnet\", \"value\": 12, \"type\": \"int\", "
            "\"family\": \"AF\", \"header\": \"bits/socket.h\"},\n"
            "{\"name\": \"UDPLITE_SEND_CSCOV\", \"value\": 10, \"type\": "
            "\"int\", \"family\": \"UDPLITE\", \"header\": null}\n"
            "]\n");
}

TEST(ConstantsCommandTest, HelpGoesToStandardOutput) {
  const Printed printed = Command({"--help"});
  EXPECT_EQ(printed.status, 0);
  EXPECT_THAT(printed.out, StartsWith("usage: mortise constants"));
}

TEST(ConstantsCommandTest, AnUnknownPrefixFails) {
  const Printed printed = Command({"XYZ_"});
  EXPECT_EQ(printed.status, 1);
  EXPECT_EQ(printed.out, "");
  EXPECT_THAT(printed.err, StartsWith("mortise constants: "));
}

TEST(ConstantsCommandTest, BadArgumentsAreOneLineEach) {
  EXPECT_EQ(Command({"--os", "plan9"}).err,
            "mortise constants: --os is linux, macos or windows, not 'plan9' "
            "(see mortise constants --help)\n");
  EXPECT_EQ(Command({"--os"}).err,
            "mortise constants: --os needs linux, macos or windows "
            "(see mortise constants --help)\n");
  EXPECT_EQ(Command({"--xml"}).err,
            "mortise constants: unknown flag --xml "
            "(see mortise constants --help)\n");
  EXPECT_EQ(Command({"--os"}).status, 2);
}

}  // namespace
}  // namespace mortise
