// Compares every integer constant of Python's socket module with ours. Its
// numbers come from this machine's own headers, by other means than ours.

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/tests/platform/constants/run_command.h"

namespace mortise {
namespace {

TEST(PythonTest, EveryNameHasTheSameValue) {
  if (!HasProgram("python3")) GTEST_SKIP() << "there is no python3";
  const CommandResult python = RunCommand(
      "python3 -c \""
      "import socket\n"
      "for n, v in sorted(vars(socket).items()):\n"
      "  if n[0].isupper() and isinstance(v, int) and not isinstance(v, "
      "bool):\n"
      "    print(n, int(v))\n\"");
  ASSERT_EQ(python.exit_status, 0) << python.output;
  std::istringstream lines(python.output);
  std::string name;
  std::int64_t value = 0;
  int count = 0;
  while (lines >> name >> value) {
    const std::optional<Constant> constant = FindConstant(name);
    if (!constant.has_value()) {
      ADD_FAILURE() << name << " is missing";
      continue;
    }
    EXPECT_EQ(constant->value, value) << name;
    ++count;
  }
  EXPECT_GT(count, 100) << python.output;
}

}  // namespace
}  // namespace mortise
