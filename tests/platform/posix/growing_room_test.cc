#include "mortise/platform/posix/growing_room.h"

#include <cerrno>
#include <cstddef>
#include <vector>

#include "gtest/gtest.h"

namespace mortise {
namespace posix {
namespace {

TEST(GrowingRoomTest, GrowsUntilTheAnswerFits) {
  std::vector<std::size_t> sizes;
  const int error = InGrowingRoom([&sizes](char* room, std::size_t size) {
    // The room has its whole size.
    room[0] = room[size - 1] = 'x';
    sizes.push_back(size);
    return size < 5000 ? ERANGE : 0;
  });
  EXPECT_EQ(error, 0);
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1024, 2048, 4096, 8192}));
}

TEST(GrowingRoomTest, AnotherErrorEndsIt) {
  int calls = 0;
  const int error = InGrowingRoom([&calls](char*, std::size_t) {
    ++calls;
    return ENOENT;
  });
  EXPECT_EQ(error, ENOENT);
  EXPECT_EQ(calls, 1);
}

TEST(GrowingRoomTest, AnAnswerThatNeverFitsIsAnError) {
  std::size_t largest = 0;
  const int error = InGrowingRoom([&largest](char*, std::size_t size) {
    largest = size;
    return ERANGE;
  });
  EXPECT_EQ(error, ERANGE);
  EXPECT_EQ(largest, kMostRoom);
}

}  // namespace
}  // namespace posix
}  // namespace mortise
