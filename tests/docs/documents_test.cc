// Checks that the C++ in README.md and docs/*.md is compiled elsewhere, word
// for word. A block with a main() has to be a file of docs/examples. A block of
// the guide without a main() has to be in guide_fragments.cc,
// mock_fragments_test.cc, tls_fragments.cc or a test of docs/examples/sim.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/tests/tree.h"

namespace mortise {
namespace {

std::filesystem::path Root() { return testing::TreePath(""); }

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Returns the files of a folder by their names.
std::map<std::string, std::string> Files(const std::filesystem::path& folder,
                                         absl::string_view extension) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == std::string(extension)) {
      files[entry.path().filename().string()] = Read(entry.path());
    }
  }
  return files;
}

std::map<std::string, std::string> Documents() {
  std::map<std::string, std::string> documents = Files(Root() / "docs", ".md");
  documents["README.md"] = Read(Root() / "README.md");
  return documents;
}

std::vector<std::string> CppBlocks(absl::string_view document) {
  std::vector<std::string> blocks;
  bool inside = false;
  for (const absl::string_view line : absl::StrSplit(document, '\n')) {
    if (!inside && line == "```cpp") {
      inside = true;
      blocks.emplace_back();
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      absl::StrAppend(&blocks.back(), line, "\n");
    }
  }
  EXPECT_FALSE(inside) << "a block that does not end";
  return blocks;
}

bool IsProgram(absl::string_view block) {
  return absl::StrContains(block, "int main(");
}

std::string WithoutIndentation(absl::string_view text) {
  std::string result;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::StrAppend(&result, absl::StripAsciiWhitespace(line), "\n");
  }
  // The last line feed comes from the splitting, and is not part of the text.
  result.pop_back();
  return result;
}

TEST(DocumentsTest, ProgramsAreExamples) {
  const std::map<std::string, std::string> examples =
      Files(Root() / "docs/examples", ".cc");
  std::size_t programs = 0;
  for (const auto& [name, text] : Documents()) {
    for (const std::string& block : CppBlocks(text)) {
      if (!IsProgram(block)) continue;
      ++programs;
      EXPECT_TRUE(std::any_of(examples.begin(), examples.end(),
                              [&](const auto& e) { return e.second == block; }))
          << "in " << name << " this is no file of docs/examples:\n"
          << block;
    }
  }
  EXPECT_GE(programs, examples.size());
}

TEST(DocumentsTest, TheGuideHasTheFourPrograms) {
  const std::vector<std::string> blocks =
      CppBlocks(Read(Root() / "docs/guide.md"));
  for (const char* name :
       {"echo_server", "echo_client", "dual_stack_echo_server",
        "dual_stack_echo_client"}) {
    const std::string program =
        Read(Root() / absl::StrCat("docs/examples/", name, ".cc"));
    EXPECT_NE(std::find(blocks.begin(), blocks.end(), program), blocks.end())
        << name;
  }
}

TEST(DocumentsTest, FragmentsOfTheGuideCompile) {
  std::string text = Read(Root() / "tests/docs/guide_fragments.cc") +
                     Read(Root() / "tests/docs/mock_fragments_test.cc") +
                     Read(Root() / "tests/docs/tls_fragments.cc");
  for (const auto& [name, test] : Files(Root() / "docs/examples/sim", ".cc")) {
    text += test;
  }
  const std::string fragments = WithoutIndentation(text);
  for (const std::string& block : CppBlocks(Read(Root() / "docs/guide.md"))) {
    if (IsProgram(block)) continue;
    EXPECT_TRUE(absl::StrContains(fragments, WithoutIndentation(block)))
        << "in none of the files of fragments:\n"
        << block;
  }
}

}  // namespace
}  // namespace mortise
