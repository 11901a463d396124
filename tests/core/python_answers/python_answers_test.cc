// The library's answers beside those of Python's socket module, over thousands
// of calls. compare.py says which, and where the two differ on purpose.

#include "gtest/gtest.h"
#include "mortise/tests/platform/constants/run_command.h"

namespace mortise {
namespace {

TEST(PythonAnswersTest, AreTheSame) {
  if (!HasProgram("python3")) GTEST_SKIP() << "there is no python3";
  const CommandResult compared =
      RunCommand(Python() +
                 "tests/core/python_answers/compare.py "
                 "tests/core/python_answers/answer");
  EXPECT_EQ(compared.exit_status, 0) << compared.output;
}

}  // namespace
}  // namespace mortise
