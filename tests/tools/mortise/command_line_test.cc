// The program's output that needs no network: help, and errors in its
// arguments.

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/version.h"
#include "mortise/tests/tools/mortise/mortise_program.h"

namespace mortise::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

TEST(CommandLineTest, ListsTheCommands) {
  for (const Words& words : {Words{}, Words{"--help"}, Words{"help"}}) {
    MortiseProgram program(words);
    EXPECT_EQ(program.Wait(), 0);
    for (const char* command : {"connect", "constants", "demo", "doctor",
                                "echo", "listen", "resolve"}) {
      EXPECT_THAT(program.out(), HasSubstr(std::string("\n  ") + command));
    }
    EXPECT_THAT(program.err(), IsEmpty());
  }
}

TEST(CommandLineTest, PrintsItsVersion) {
  for (const char* word : {"--version", "version"}) {
    MortiseProgram program({word});
    EXPECT_EQ(program.Wait(), 0);
    EXPECT_EQ(program.out(), std::string("mortise ") + kVersion + "\n");
    EXPECT_THAT(program.err(), IsEmpty());
  }
}

struct Help {
  std::string command;
  Words flags;
};

class HelpTest : public ::testing::TestWithParam<Help> {};

TEST_P(HelpTest, NamesEachFlag) {
  MortiseProgram program({GetParam().command, "--help"});
  EXPECT_EQ(program.Wait(), 0);
  EXPECT_THAT(program.out(),
              StartsWith("usage: mortise " + GetParam().command));
  for (const std::string& flag : GetParam().flags) {
    EXPECT_THAT(program.out(), HasSubstr("\n  " + flag + " "));
  }
  EXPECT_THAT(program.err(), IsEmpty());
  // No line is too long for a terminal, and none has blanks at its end.
  std::string line;
  for (const char c : program.out()) {
    if (c != '\n') {
      line += c;
      continue;
    }
    EXPECT_LE(line.size(), 80u) << line;
    EXPECT_FALSE(absl::EndsWith(line, " ")) << line;
    line.clear();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Commands, HelpTest,
    ::testing::Values(
        Help{"demo", {"--help"}}, Help{"doctor", {"--help"}},
        Help{"echo",
             {"--port", "--udp", "--unix", "-4", "-6", "--source", "--help"}},
        Help{"connect",
             {"--udp", "--unix", "-4", "-6", "--source", "--timeout",
              "--linger", "--help"}},
        Help{"listen",
             {"--udp", "--unix", "-4", "-6", "--source", "--timeout",
              "--linger", "--help"}},
        Help{"resolve",
             {"--tcp", "--udp", "-4", "-6", "--numeric", "--passive",
              "--canonical", "--reverse", "--timeout", "--help"}}),
    [](const auto& info) { return info.param.command; });

TEST(CommandLineTest, MistakesAreOneLineAndExitCode2) {
  const std::vector<Words> kMistakes = {
      {"frobnicate"},
      {"--frobnicate"},
      {""},
      {"demo", "word"},
      {"demo", "--udp"},
      {"doctor", "word"},
      {"doctor", "--udp"},
      {"echo"},
      {"echo", "--port", "x"},
      {"echo", "--port", "65536"},
      {"echo", "--port", "0", "--unix", "/tmp/x"},
      {"echo", "--port", "0", "word"},
      {"echo", "--port", "1", "--source", "127.0.0.1:2"},
      {"connect"},
      {"connect", "host"},
      {"connect", "host", "80", "word"},
      {"connect", "host", "99999"},
      {"connect", "host", "0"},
      {"connect", "host", "no such service"},
      {"connect", "--", "host", "-1"},
      {"connect", "-4", "-6", "host", "80"},
      {"connect", "--frobnicate", "host", "80"},
      {"connect", "--timeout", "0", "host", "80"},
      {"connect", "--timeout"},
      {"connect", "--source", "host", "host", "80"},
      {"connect", "b\xc3\xbc.example", "80"},
      {"connect", "--source", "b\xc3\xbc.example:1", "host", "80"},
      {"connect", "--unix", "/tmp/x", "host", "80"},
      {"connect", "--unix", "/tmp/x", "-4"},
      {"connect", "--tls", "--insecure", "--ca", "file", "host", "443"},
      {"connect", "--tls", "--alpn", "h2,", "host", "443"},
      {"listen"},
      {"listen", "no such service"},
      {"listen", "-1"},
      {"listen", "127.0.0.1", "0", "word"},
      {"listen", "127.0.0.1", "65536"},
      {"listen", "b\xc3\xbc.example", "80"},
      {"listen", "--source", "127.0.0.1:0", "127.0.0.1", "0"},
      {"listen", "--unix", "/tmp/x", "0"},
      {"listen", "--unix", "/tmp/x", "127.0.0.1", "0"},
      {"listen", "--source", "127.0.0.1:2", "1"},
      {"resolve"},
      {"resolve", "host", "80", "word"},
      {"resolve", "host", "65536"},
      {"resolve", "host", " 80"},
      {"resolve", "host", ""},
      {"resolve", "--", "host", "-1"},
      {"resolve", "b\xc3\xbc.example"},
      {"resolve", "-4", "-6", "host"},
      {"resolve", "--tcp", "--udp", "host"},
      {"resolve", "--unix", "/tmp/x", "host"},
      {"resolve", "--timeout", "-1", "host"},
  };
  for (const Words& words : kMistakes) {
    SCOPED_TRACE(absl::StrJoin(words, " "));
    MortiseProgram program(words);
    EXPECT_EQ(program.Wait(), 2);
    EXPECT_THAT(program.out(), IsEmpty());
    EXPECT_THAT(program.err(), StartsWith("mortise"));
    EXPECT_EQ(program.err().find('\n'), program.err().size() - 1);
  }
}

}  // namespace
}  // namespace mortise::testing
