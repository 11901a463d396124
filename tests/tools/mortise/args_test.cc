#include "mortise/tools/mortise/args.h"

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mortise::program {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ArgsTest : public ::testing::Test {
 protected:
  ArgsTest() : args_("try", "[flags] WHAT", "Tries it.") {
    args_.Flag("-4", "four", &four_);
    args_.Value("--size", "BYTES", "how big\nit is",
                [this](absl::string_view v) {
                  if (v == "bad") return absl::InvalidArgumentError("no good");
                  size_ = std::string(v);
                  return absl::OkStatus();
                });
  }

  std::optional<int> Parse(const std::vector<absl::string_view>& words) {
    return args_.Parse(words, out_, err_);
  }

  bool four_ = false;
  std::string size_;
  Args args_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ArgsTest, SetsFlagsAndKeepsTheRest) {
  EXPECT_EQ(Parse({"a", "-4", "--size", "7", "b"}), std::nullopt);
  EXPECT_TRUE(four_);
  EXPECT_EQ(size_, "7");
  EXPECT_THAT(args_.positional(), ElementsAre("a", "b"));
}

TEST_F(ArgsTest, TakesAValueBehindAnEqualsSign) {
  EXPECT_EQ(Parse({"--size=a=b"}), std::nullopt);
  EXPECT_EQ(size_, "a=b");
}

TEST_F(ArgsTest, TakesAnEmptyValue) {
  size_ = "before";
  EXPECT_EQ(Parse({"--size="}), std::nullopt);
  EXPECT_EQ(size_, "");
}

TEST_F(ArgsTest, ReadsNoFlagsBehindTwoDashes) {
  EXPECT_EQ(Parse({"--", "-4", "--help"}), std::nullopt);
  EXPECT_FALSE(four_);
  EXPECT_THAT(args_.positional(), ElementsAre("-4", "--help"));
}

TEST_F(ArgsTest, TakesASingleDashForAWord) {
  EXPECT_EQ(Parse({"-"}), std::nullopt);
  EXPECT_THAT(args_.positional(), ElementsAre("-"));
}

TEST_F(ArgsTest, PrintsHelp) {
  EXPECT_EQ(Parse({"--help"}), 0);
  EXPECT_EQ(out_.str(),
            "usage: mortise try [flags] WHAT\n"
            "\n"
            "Tries it.\n"
            "\n"
            "flags:\n"
            "  -4                    four\n"
            "  --size BYTES          how big\n"
            "                        it is\n"
            "  --help                print this text (also -h)\n");
  EXPECT_THAT(err_.str(), IsEmpty());
}

struct Mistake {
  std::vector<absl::string_view> words;
  absl::string_view message;
};

TEST_F(ArgsTest, TellsOfAMistakeInOneLine) {
  const Mistake mistakes[] = {
      {{"-5"}, "unknown flag -5"},
      {{"--siz", "1"}, "unknown flag --siz"},
      {{"--size"}, "--size needs BYTES"},
      {{"--size", "bad"}, "--size: no good"},
      {{"-4=yes"}, "-4 takes no value"},
      {{"--a\nb"}, "unknown flag --a\\nb"},
  };
  for (const Mistake& mistake : mistakes) {
    err_.str("");
    EXPECT_EQ(Parse(mistake.words), 2);
    EXPECT_EQ(err_.str(), "mortise try: " + std::string(mistake.message) +
                              " (see mortise try --help)\n");
  }
  EXPECT_THAT(out_.str(), IsEmpty());
}

}  // namespace
}  // namespace mortise::program
