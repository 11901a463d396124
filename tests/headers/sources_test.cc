// core/ is the same on every OS. Its sources, which are the arguments, must not
// include headers of the OS or of a backend, and must not depend on the OS in
// conditions of the preprocessor.
//
// The rules list what is allowed, and not what is forbidden, because the names
// of all headers and macros of all systems are not known.

#include <cstddef>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"

namespace {

std::vector<std::string>* sources = new std::vector<std::string>;

// A header of the C++ library has no dot and no slash: <string>, but not
// <unistd.h> or <sys/socket.h>.
bool IsAllowedSystemInclude(absl::string_view name) {
  return !absl::StrContains(name, '.') && !absl::StrContains(name, '/');
}

// The only parts of platform/ that core/ may include are Platform and the OS's
// constants, which are numbers with names.
bool IsAllowedInclude(absl::string_view name) {
  if (absl::StartsWith(name, "absl/")) return true;
  if (absl::StartsWith(name, "mortise/core/")) return true;
  if (!absl::ConsumePrefix(&name, "mortise/platform/")) return false;
  return !absl::StrContains(name, '/') || absl::StartsWith(name, "constants/");
}

bool IsAllowedInCondition(absl::string_view word) {
  return word == "defined" || absl::StartsWith(word, "ABSL_") ||
         (absl::StartsWith(word, "MORTISE_") && absl::EndsWith(word, "_H_"));
}

// Returns the complaint about a line, or "" if there is none.
std::string Complaint(absl::string_view line) {
  line = absl::StripAsciiWhitespace(line);
  if (!absl::ConsumePrefix(&line, "#")) return "";
  line = absl::StripLeadingAsciiWhitespace(line);
  if (absl::ConsumePrefix(&line, "include")) {
    line = absl::StripLeadingAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, "<")) {
      line = line.substr(0, line.find('>'));
      return IsAllowedSystemInclude(line) ? "" : "a header of the system";
    }
    absl::ConsumePrefix(&line, "\"");
    line = line.substr(0, line.find('"'));
    return IsAllowedInclude(line) ? "" : "a header beyond core/ and platform/";
  }
  for (const absl::string_view directive :
       {"ifdef", "ifndef", "if", "elifdef", "elifndef", "elif"}) {
    if (!absl::ConsumePrefix(&line, directive)) continue;
    line = line.substr(0, line.find("//"));
    for (const absl::string_view word : absl::StrSplit(
             line, absl::ByAnyChar(" \t()!&|<>=+-"), absl::SkipEmpty())) {
      if (absl::ascii_isdigit(static_cast<unsigned char>(word[0]))) continue;
      if (!IsAllowedInCondition(word)) {
        return absl::StrCat("a condition on ", word);
      }
    }
    return "";
  }
  return "";
}

TEST(SourcesTest, TheRulesSeeWhatTheyShould) {
  for (const absl::string_view bad : {
           "#include <sys/socket.h>",
           "#include <unistd.h>",
           "#  include <winsock2.h>",
           "#include \"mortise/platform/posix/sockets.h\"",
           "#include \"something/else.h\"",
           "#ifdef _WIN32",
           "#if defined(__linux__) && ABSL_HAVE_MMAP",
           " # elif defined __APPLE__",
           "#ifndef _MSC_VER",
       }) {
    EXPECT_NE(Complaint(bad), "") << bad;
  }
  for (const absl::string_view good : {
           "#include <string>",
           "#include \"absl/types/span.h\"",
           "#include \"mortise/platform/backend.h\"",
           "#include \"mortise/platform/constants/native.h\"",
           "#ifndef MORTISE_CORE_SOCKET_H_",
           "#if defined(ABSL_IS_LITTLE_ENDIAN)",
           "#endif  // _WIN32",
           "// #include <unistd.h>",
       }) {
    EXPECT_EQ(Complaint(good), "") << good;
  }
}

TEST(SourcesTest, NothingOfTheOs) {
  // Without sources, the test would pass and check nothing.
  ASSERT_GT(sources->size(), 20u);
  for (const std::string& path : *sources) {
    std::ifstream file(path);
    ASSERT_TRUE(file.is_open()) << path;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      const std::string complaint = Complaint(line);
      EXPECT_EQ(complaint, "") << path << ":" << number << ": " << line;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  sources->assign(argv + 1, argv + argc);
  return RUN_ALL_TESTS();
}
