#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/tests/tools/mortise/mortise_program.h"

namespace mortise::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Line {
  absl::string_view name;
  Loopback loopback;
  absl::string_view bytes;
};

TEST(DemoTest, ShowsEachKindThatThisMachineHas) {
  const Line kLines[] = {
      {"TCP on IPv4", kLoopbackIpv4, "1048576"},
      {"TCP on IPv6", kLoopbackIpv6, "1048576"},
      {"UDP on IPv4", kLoopbackIpv4, "102400"},
      {"UDP on IPv6", kLoopbackIpv6, "102400"},
      {"AF_UNIX stream", kLoopbackUnix, "1048576"},
      {"AF_UNIX datagram", kLoopbackUnix, "102400"},
  };
  MortiseProgram demo({"demo"});
  EXPECT_EQ(demo.Wait(), 0);
  EXPECT_THAT(demo.err(), IsEmpty());
  const std::string out = demo.out();
  const std::vector<absl::string_view> lines = absl::StrSplit(out, '\n');
  ASSERT_EQ(lines.size(), 7u) << out;
  for (std::size_t i = 0; i < 6; ++i) {
    const std::string line(lines[i]);
    EXPECT_TRUE(absl::StartsWith(line, kLines[i].name)) << line;
    if (Lacks(kLines[i].loopback).has_value()) {
      EXPECT_THAT(line, HasSubstr("unavailable: "));
    } else {
      EXPECT_THAT(line, HasSubstr(kLines[i].bytes));
      EXPECT_THAT(line, ContainsRegex(" bytes +.+ ms  ok$"));
    }
  }
}

}  // namespace
}  // namespace mortise::testing
