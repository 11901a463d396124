#include "mortise/core/interfaces.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::Return;

class InterfacesTest : public ::testing::Test {
 protected:
  MockPlatform mock_;
};

TEST_F(InterfacesTest, AreThePlatforms) {
  EXPECT_CALL(mock_.interfaces, List)
      .WillOnce(Return(Made(std::vector<InterfaceEntry>{{7, "eth0"}})));
  const absl::StatusOr<std::vector<InterfaceEntry>> all =
      IfNameIndex(&mock_.platform);
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(all->front().index, 7u);
  EXPECT_EQ(all->front().name, "eth0");

  EXPECT_CALL(mock_.interfaces, NameToIndex(absl::string_view("eth0")))
      .WillOnce(Return(Made(std::uint32_t{7})));
  EXPECT_EQ(IfNameToIndex("eth0", &mock_.platform).value(), 7u);
  EXPECT_CALL(mock_.interfaces, IndexToName(0xffffffffu))
      .WillOnce(Return(Made(std::string("eth0"))));
  EXPECT_EQ(IfIndexToName(0xffffffff, &mock_.platform).value(), "eth0");
}

TEST_F(InterfacesTest, ErrorsSayWhatWasAskedFor) {
  EXPECT_CALL(mock_.interfaces, NameToIndex)
      .WillOnce(Return(Failed<std::uint32_t>(ErrorCode::kEnodev)));
  absl::Status status = IfNameToIndex("eth9", &mock_.platform).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ErrorOf(status)->address, "eth9");
  EXPECT_CALL(mock_.interfaces, IndexToName)
      .WillOnce(Return(Failed<std::string>(ErrorCode::kEnxio)));
  status = IfIndexToName(9, &mock_.platform).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ErrorOf(status)->address, "9");
}

TEST_F(InterfacesTest, WhatCannotBeRightIsNotAsked) {
  EXPECT_THAT(IfIndexToName(std::int64_t{1} << 32, &mock_.platform).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "if_indextoname",
                        "index: 4294967296 is not in 0 to 4294967295"));
  EXPECT_THAT(
      IfNameToIndex(absl::string_view("a\0b", 3), &mock_.platform).status(),
      IsRefusal(absl::StatusCode::kInvalidArgument, "if_nametoindex",
                "name: holds a NUL"));
}

}  // namespace
}  // namespace mortise
