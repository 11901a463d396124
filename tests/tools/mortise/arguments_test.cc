// Passes words from one program to another. If the OS has only command lines,
// Subprocess quotes the words, and Arguments takes the command line apart.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mortise/tests/tools/mortise/subprocess.h"
#include "mortise/tests/tree.h"

namespace mortise::testing {
namespace {

class ArgumentsTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ArgumentsTest, ArriveAsTheyWere) {
  // The word is between others, so that it shows if it swallows a neighbour.
  Subprocess program({TreePath("tests/tools/mortise/print_arguments"), "before",
                      GetParam(), "after"});
  EXPECT_EQ(program.Wait(), 0) << program.err();
  EXPECT_EQ(program.out(), absl::StrCat("[before][", GetParam(), "][after]"));
}

INSTANTIATE_TEST_SUITE_P(
    Words, ArgumentsTest,
    ::testing::Values("word", "", "two words", "\ttab", "line\nfeed", R"(")",
                      R"(say "hello" twice)", R"(\)", R"(\\)", R"(a\b\\c)",
                      R"(a b\)", R"(\")", R"(a\\"b c)", "%PATH%", "$HOME", "*",
                      "-flag", "@file", u8"\u00e9t\u00e9", u8"\u4e16\u754c",
                      u8"\U0001f50c socket"));

TEST(NoArgumentsTest, AreNone) {
  Subprocess program({TreePath("tests/tools/mortise/print_arguments")});
  EXPECT_EQ(program.Wait(), 0);
  EXPECT_EQ(program.out(), "");
}

}  // namespace
}  // namespace mortise::testing
