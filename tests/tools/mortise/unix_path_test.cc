#include "mortise/tools/mortise/unix_path.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/tests/contract/process.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/mortise_program.h"
#include "mortise/tests/tools/mortise/subprocess.h"
#include "mortise/tests/tree.h"

namespace mortise::testing {
namespace {

TEST(UnixAddressTest, AnAtSignStandsForTheAbstractNames) {
  EXPECT_EQ(program::UnixAddress("/tmp/x").path, "/tmp/x");
  EXPECT_EQ(program::UnixAddress("@x").path, std::string("\0x", 2));
}

TEST(TemporaryUnixPathTest, IsNobodysAndAnotherEachTime) {
  const std::string path = program::TemporaryUnixPath();
  EXPECT_FALSE(FileExists(path));
  EXPECT_NE(program::TemporaryUnixPath(), path);
}

// The parameter is the end of the file's name.
class UnixPathRemoverTest : public ::testing::TestWithParam<std::string> {
 protected:
  // Returns the command of the program that makes the file.
  std::vector<std::string> Holder() const {
    return {TreePath("tests/tools/mortise/hold_file"), path_};
  }

  // Waits until the program has made the file. Skips the test if it cannot.
  void WaitForFile(Subprocess& holder) const {
    const bool made = holder.WaitForOut("made");
    if (!made && contract::RunsUnderWine()) {
      GTEST_SKIP() << "Wine makes no file whose name the locale cannot spell";
    }
    ASSERT_TRUE(made) << holder.err();
    ASSERT_TRUE(FileExists(path_));
  }

  const std::string path_ =
      absl::StrCat(program::TemporaryUnixPath(), GetParam());
};

TEST_P(UnixPathRemoverTest, RemovesTheFileAtTheEnd) {
  Subprocess holder(Holder());
  WaitForFile(holder);
  if (IsSkipped() || HasFatalFailure()) return;
  holder.EndInput();
  EXPECT_EQ(holder.Wait(), 0);
  EXPECT_FALSE(FileExists(path_));
}

TEST_P(UnixPathRemoverTest, RemovesTheFileOnAnInterruption) {
  for (const Interruption& how : Interruptions()) {
    Subprocess holder(Holder());
    WaitForFile(holder);
    if (IsSkipped() || HasFatalFailure()) return;
    if (!holder.Interrupt(how)) GTEST_SKIP() << "no console to interrupt from";
    EXPECT_EQ(holder.Wait(), how.result) << how.name;
    EXPECT_FALSE(FileExists(path_)) << how.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Names, UnixPathRemoverTest,
                         // The second is in none of Windows' code pages.
                         ::testing::Values("", u8"-\u00e9\u4e16"));

}  // namespace
}  // namespace mortise::testing
