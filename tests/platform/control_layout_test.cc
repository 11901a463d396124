#include "mortise/platform/control_layout.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"

namespace mortise {
namespace {

TEST(ControlLayoutTest, WhatIsPutIsTaken) {
  std::vector<std::string> all = {"", "1", "12345678", std::string(100, 'x')};
  std::string control;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t space = ControlSpace(all[i].size());
    EXPECT_GE(space, ControlLength(all[i].size()));
    EXPECT_GE(ControlLength(all[i].size()), ControlLength(0) + all[i].size());
    std::string room(space, '?');
    ControlMessage message;
    message.level = static_cast<int>(i);
    message.type = -1;
    message.data = all[i];
    EXPECT_EQ(PutControl(message, absl::MakeSpan(room)), space);
    control += room;
  }
  // The bytes may lie anywhere, and the padding of the last message may be
  // missing.
  const std::string shifted = "?" + control;
  for (absl::Span<const char> rest :
       {absl::MakeConstSpan(control),
        absl::MakeConstSpan(shifted).subspan(1)}) {
    rest.remove_suffix(ControlSpace(all.back().size()) -
                       ControlLength(all.back().size()));
    ControlMessage message;
    for (std::size_t i = 0; i < all.size(); ++i) {
      ASSERT_TRUE(TakeControl(&rest, &message)) << i;
      EXPECT_EQ(message.level, static_cast<int>(i));
      EXPECT_EQ(message.type, -1);
      EXPECT_EQ(std::string(message.data.begin(), message.data.end()), all[i]);
    }
    EXPECT_TRUE(rest.empty());
    EXPECT_FALSE(TakeControl(&rest, &message));
  }
}

TEST(ControlLayoutTest, WhatDoesNotFitIsNotPut) {
  ControlMessage message;
  const std::string data = "12345";
  message.data = data;
  std::string room(ControlSpace(data.size()) - 1, '?');
  EXPECT_EQ(PutControl(message, absl::MakeSpan(room)), 0u);
  EXPECT_EQ(room, std::string(room.size(), '?'));
  EXPECT_EQ(PutControl(message, absl::Span<char>()), 0u);
}

TEST(ControlLayoutTest, WhatIsNoMessageIsNotTaken) {
  // The lengths in the headers are 0, and larger than the bytes that there are.
  // The sizes include some that are too small for a header.
  for (const char byte : {'\0', '\x7f', '\xff'}) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1},
                                   ControlLength(0) - 1, ControlSpace(8)}) {
      const std::string bytes(size, byte);
      absl::Span<const char> rest = bytes;
      ControlMessage message;
      EXPECT_FALSE(TakeControl(&rest, &message));
      EXPECT_EQ(rest.size(), size);
    }
  }
}

}  // namespace
}  // namespace mortise
