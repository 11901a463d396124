// The size of a program that opens a socket and connects it, and the names of
// constants that it contains.

#include <cstddef>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/platform/error_code.h"
#include "mortise/tests/tree.h"

namespace mortise {
namespace {

using ::mortise::testing::TreePath;

constexpr std::size_t kKilobyte = 1000;

// How much larger a stripped program may be with Mortise than with the calls of
// the OS. The budget is the first number, which is for -c opt. Without
// optimization, the linker leaves nothing out of an object file and the
// difference is 630 KB. The second number only detects that something large is
// linked.
#ifdef __OPTIMIZE__
constexpr std::size_t kMostMore = 250 * kKilobyte;
#else
constexpr std::size_t kMostMore = 750 * kKilobyte;
#endif

std::string Read(absl::string_view program) {
  const std::string path = TreePath(absl::StrCat("tests/benchmarks/", program));
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  EXPECT_GT(bytes.str().size(), 1000u) << path;
  return bytes.str();
}

// Whether messages may contain the constant's name, so that every program has
// it. Messages use:
//   the names of this OS for such numbers
//   the portable names of errors
//   the names of all systems for families of addresses
bool IsNamedInMessages(const Constant& constant) {
  static const auto* const families = new std::set<absl::string_view>{
      "SOCK", "IPPROTO", "E", "WSA", "EAI", "H_ERRNO"};
  return constant.family == "AF" ||
         (families->count(constant.family) > 0 &&
          (FindConstant(constant.name).has_value() ||
           ErrorCodeFromName(constant.name) != ErrorCode::kUnmapped));
}

// Returns the names of constants of any OS that a program contains for a
// look-up by name.
std::vector<absl::string_view> NamesIn(absl::string_view program) {
  const std::set<absl::string_view> texts = absl::StrSplit(program, '\0');
  std::vector<absl::string_view> names;
  for (const Os os : {Os::kLinux, Os::kMacos, Os::kWindows}) {
    for (const Constant& constant : Constants(os)) {
      if (!IsNamedInMessages(constant) && texts.count(constant.name) > 0) {
        names.push_back(constant.name);
      }
    }
  }
  return names;
}

TEST(ProgramSizeTest, ASocketNeedsNoTableOfConstants) {
  EXPECT_EQ(NamesIn(Read("socket_program")), std::vector<absl::string_view>());
}

// Shows that NamesIn finds the names in a program that has them.
TEST(ProgramSizeTest, TheLookUpByNameHasThemAll) {
  EXPECT_GT(NamesIn(Read("constant_program")).size(), 2000u);
}

TEST(ProgramSizeTest, ASocketCostsLittleBesideTheBareCalls) {
  const std::size_t ours = Read("socket_program").size();
  const std::size_t bare = Read("bare_program").size();
  std::cout << "bytes: " << ours << " with Mortise, " << bare << " without\n";
  EXPECT_LE(ours, bare + kMostMore);
}

}  // namespace
}  // namespace mortise
