// docs/python-names.md says where each name of Python's socket module is. The
// test compares its tables with the module of this machine's Python, and with
// the headers that the tables name.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/tests/platform/constants/run_command.h"
#include "mortise/tests/tree.h"

namespace mortise {
namespace {

std::filesystem::path Root() { return testing::TreePath(""); }

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

struct Row {
  std::string section;
  std::vector<std::string> python;  // A '*' stands for any text.
  std::vector<std::string> ours;    // Empty if there is no such name.
  std::vector<std::string> headers;
  std::string note;
};

// Returns the texts in backquotes.
std::vector<std::string> Quoted(absl::string_view cell) {
  std::vector<std::string> quoted;
  const std::vector<std::string> parts = absl::StrSplit(cell, '`');
  for (std::size_t i = 1; i < parts.size(); i += 2) quoted.push_back(parts[i]);
  return quoted;
}

// Returns the headers to which the links in `cell` lead, as paths from the
// root.
std::vector<std::string> Linked(const std::string& cell) {
  static const auto* const kLink = new std::regex(R"(\]\(\.\./([^)]+\.h)\))");
  std::vector<std::string> linked;
  for (std::sregex_iterator link(cell.begin(), cell.end(), *kLink), end;
       link != end; ++link) {
    linked.push_back((*link)[1]);
  }
  return linked;
}

std::vector<Row> Rows() {
  std::vector<Row> rows;
  std::string section;
  const std::string document = Read(Root() / "docs/python-names.md");
  for (const absl::string_view line : absl::StrSplit(document, '\n')) {
    if (absl::StartsWith(line, "## ")) section = std::string(line.substr(3));
    if (!absl::StartsWith(line, "| `")) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    Row row;
    row.section = section;
    row.python = Quoted(cells[1]);
    row.ours = Quoted(cells[2]);
    if (section == "Constants") {
      EXPECT_EQ(cells.size(), 5u) << line;
      row.note = cells[3];
    } else {
      EXPECT_EQ(cells.size(), 6u) << line;
      row.headers = Linked(cells[3]);
      row.note = cells[4];
    }
    absl::StripAsciiWhitespace(&row.note);
    rows.push_back(std::move(row));
  }
  EXPECT_GT(rows.size(), 100u);
  return rows;
}

bool Covers(absl::string_view pattern, absl::string_view name) {
  if (!absl::EndsWith(pattern, "*")) return pattern == name;
  pattern.remove_suffix(1);
  return absl::StartsWith(name, pattern);
}

// Returns `text` without comments, so that a name in prose does not count.
std::string WithoutComments(absl::string_view text) {
  std::string code;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::StrAppend(&code, line.substr(0, line.find("//")), "\n");
  }
  return code;
}

// Whether `code` contains `name` as a word of its own.
bool Declares(absl::string_view code, absl::string_view name) {
  const auto is_part = [&code](std::size_t i) {
    return i < code.size() &&
           (absl::ascii_isalnum(static_cast<unsigned char>(code[i])) ||
            code[i] == '_');
  };
  for (std::size_t at = code.find(name); at != absl::string_view::npos;
       at = code.find(name, at + 1)) {
    if (!is_part(at - 1) && !is_part(at + name.size())) return true;
  }
  return false;
}

TEST(PythonNamesTest, NothingOfPythonIsMissing) {
  if (!HasProgram("python3")) GTEST_SKIP() << "there is no python3";
  const CommandResult python =
      RunCommand(Python() +
                 "-c \""
                 "import socket\n"
                 "for n in dir(socket): print(n)\n"
                 "for n in dir(socket.socket): print('socket.' + n)\n"
                 "\"");
  ASSERT_EQ(python.exit_status, 0) << python.output;
  const std::vector<Row> rows = Rows();
  std::istringstream lines(python.output);
  std::string name;
  int count = 0;
  while (lines >> name) {
    ++count;
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(),
                            [&name](const Row& row) {
                              return std::any_of(
                                  row.python.begin(), row.python.end(),
                                  [&name](const std::string& pattern) {
                                    return Covers(pattern, name);
                                  });
                            }))
        << name << " has no row";
  }
  EXPECT_GT(count, 200) << python.output;
}

TEST(PythonNamesTest, NothingIsSaidTwice) {
  std::set<std::string> seen;
  for (const Row& row : Rows()) {
    if (row.section == "Addresses") continue;  // Rows of families, not names.
    for (const std::string& name : row.python) {
      EXPECT_TRUE(seen.insert(name).second) << name;
    }
  }
}

TEST(PythonNamesTest, WhatIsMissingHasAReason) {
  for (const Row& row : Rows()) {
    EXPECT_FALSE(row.ours.empty() && row.note.empty())
        << absl::StrJoin(row.python, ", ");
  }
}

TEST(PythonNamesTest, EachOfOursIsDeclaredInItsHeader) {
  for (const Row& row : Rows()) {
    if (row.section == "Constants" || row.ours.empty()) continue;
    std::string code;
    EXPECT_FALSE(row.headers.empty()) << absl::StrJoin(row.python, ", ");
    for (const std::string& header : row.headers) {
      const std::filesystem::path path = Root() / header;
      if (std::filesystem::exists(path)) {
        absl::StrAppend(&code, WithoutComments(Read(path)));
      }
    }
    // Only the last part of a name is looked for, because Socket::FromFd is
    // declared inside of Socket.
    for (const std::string& name : row.ours) {
      const std::vector<std::string> parts = absl::StrSplit(name, "::");
      EXPECT_TRUE(Declares(code, parts.back()))
          << name << " is not in " << absl::StrJoin(row.headers, ", ");
    }
  }
}

TEST(PythonNamesTest, ConstantsThatStandForTheirFamilyExist) {
  std::string code;
  for (const char* os : {"linux", "macos", "windows"}) {
    absl::StrAppend(&code,
                    Read(Root() / "platform/constants" / os / "values.h"));
  }
  for (const Row& row : Rows()) {
    if (row.section != "Constants") continue;
    EXPECT_FALSE(row.ours.empty()) << absl::StrJoin(row.python, ", ");
    for (const std::string& name : row.ours) {
      EXPECT_TRUE(Declares(code, name)) << name;
    }
  }
}

}  // namespace
}  // namespace mortise
