// `mortise` as process 1 of a container.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/mortise_program.h"
#include "mortise/tests/tools/mortise/subprocess.h"
#include "mortise/tests/tree.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::testing {
namespace {

constexpr int kCannot = 77;  // as_process_1.cc

std::vector<std::string> AsProcess1(std::vector<std::string> words) {
  words.insert(words.begin(), {TreePath("tests/tools/mortise/as_process_1"),
                               TreePath("tools/mortise/mortise")});
  return words;
}

TEST(Process1Test, EndsWhenItIsInterrupted) {
  for (const Interruption& how : Interruptions()) {
    SCOPED_TRACE(how.name);
    Subprocess echo(AsProcess1({"echo", "--port", "0"}));
    if (!echo.WaitForOut("\n")) {
      ASSERT_EQ(echo.Wait(), kCannot) << echo.err();
      GTEST_SKIP() << "no namespace: " << echo.err();
    }
    ASSERT_TRUE(echo.Interrupt(how));
    EXPECT_EQ(echo.Wait(), 128 + how.number);
  }
}

TEST(Process1Test, RemovesItsPathWhenItIsInterrupted) {
  for (const Interruption& how : Interruptions()) {
    SCOPED_TRACE(how.name);
    const std::string path = program::TemporaryUnixPath();
    Subprocess echo(AsProcess1({"echo", "--unix", path}));
    if (!echo.WaitForOut("\n")) {
      ASSERT_EQ(echo.Wait(), kCannot) << echo.err();
      GTEST_SKIP() << "no namespace: " << echo.err();
    }
    ASSERT_TRUE(FileExists(path));
    ASSERT_TRUE(echo.Interrupt(how));
    EXPECT_EQ(echo.Wait(), 128 + how.number);
    EXPECT_FALSE(FileExists(path));
  }
}

}  // namespace
}  // namespace mortise::testing
