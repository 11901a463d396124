#include "mortise/platform/sim/schedule/streams.h"

#include <cstdint>
#include <set>

#include "gtest/gtest.h"

namespace mortise {
namespace sim {
namespace {

TEST(StreamsTest, HasFixedResults) {
  const Streams streams(4711);
  EXPECT_EQ(streams.For(What("loss"), 0, 0).Next(), 903032753171221570u);
  EXPECT_EQ(streams.For(What("loss"), 2, 17).Next(), 4152948879348839324u);
  EXPECT_EQ(Streams(0).For(What(""), 0, 0).Next(), 6105334336687115851u);
}

TEST(StreamsTest, TheSameKeyHasTheSameNumbers) {
  const Streams streams(1);
  Random one = streams.For(What("port"), 3, 4);
  Random other = Streams(1).For(What("port"), 3, 4);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(one.Next(), other.Next());
}

TEST(StreamsTest, EachPartOfTheKeyMatters) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Streams streams(seed);
    for (const char* const what : {"loss", "delay", ""}) {
      for (std::uint64_t who = 0; who < 6; ++who) {
        for (std::uint64_t n = 0; n < 6; ++n) {
          seen.insert(streams.For(What(what), who, n).Next());
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 6u * 3 * 6 * 6);
}

TEST(StreamsTest, NeighboursAreUnrelated) {
  const Streams streams(9);
  int hits = 0;
  for (std::uint64_t n = 0; n < 10000; ++n) {
    hits += streams.For(What("loss"), 1, n).Chance(1, 4) ? 1 : 0;
  }
  EXPECT_NEAR(hits, 2500, 150);
}

TEST(StreamsTest, AWhatIsAConstant) {
  constexpr What kLoss("loss");
  static_assert(kLoss.number() != What("delay").number(), "");
  EXPECT_EQ(What("").number(), 0xcbf29ce484222325u);
}

}  // namespace
}  // namespace sim
}  // namespace mortise
