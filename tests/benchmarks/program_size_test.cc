// What a program carries that opens a socket and connects it.

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

// How much more a stripped program may have with Mortise than with the calls of
// the OS. The budget is the first, that of -c opt. Without optimization, when
// the linker leaves nothing out of an object file, it is 630 KB, and the other
// number only notices that something large is linked.
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

// Whether messages may mention it, so that every program has its name: the
// names of this OS for such numbers, the portable names of errors, and the
// families of addresses that other systems have.
bool IsNamedInMessages(const Constant& constant) {
  static const auto* const families = new std::set<absl::string_view>{
      "SOCK", "IPPROTO", "E", "WSA", "EAI", "H_ERRNO"};
  return constant.family == "AF" ||
         (families->count(constant.family) > 0 &&
          (FindConstant(constant.name).has_value() ||
           ErrorCodeFromName(constant.name) != ErrorCode::kUnmapped));
}

// The names of constants of any OS that stand in a program for a look-up by
// name.
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

// They are found where they are.
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
