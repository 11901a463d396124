// Compares the library's answers with those of Python's socket module, for
// thousands of calls. compare.py has the calls, and says where the two differ
// on purpose.

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
