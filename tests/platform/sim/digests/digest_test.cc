// The same seed gives the same run on every machine: those of other compilers,
// C libraries, byte orders and word sizes, and under sanitizers, have to have
// the digests in digests.txt. A change of what simulations do changes that
// file.

#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"
#include "mortise/tests/platform/sim/digests/scenarios.h"
#include "mortise/tests/tree.h"

namespace mortise {
namespace sim {
namespace {

TEST(DigestTest, EveryScenarioHasItsDigests) {
  std::ifstream file(
      testing::TreePath("tests/platform/sim/digests/digests.txt"));
  ASSERT_TRUE(file);
  const std::string expected(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(DigestsOfAll(), expected)
      << "If simulations were meant to change:\n"
         "  bazel run //tests/platform/sim/digests:write > "
         "tests/platform/sim/digests/digests.txt";
}

}  // namespace
}  // namespace sim
}  // namespace mortise
