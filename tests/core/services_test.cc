#include "mortise/core/services.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::Return;

class ServicesTest : public ::testing::Test {
 protected:
  MockPlatform mock_;
};

TEST_F(ServicesTest, HandEverythingOnAndBack) {
  EXPECT_CALL(mock_.services, PortOfService(absl::string_view("http"),
                                            absl::string_view("tcp")))
      .WillOnce(Return(Made(std::optional<std::uint16_t>(65535))));
  EXPECT_EQ(GetServByName("http", "tcp", &mock_.platform).value(), 65535);
  EXPECT_CALL(mock_.services, ServiceOfPort(65535, absl::string_view("")))
      .WillOnce(Return(Made(std::optional<std::string>("http"))));
  EXPECT_EQ(GetServByPort(65535, "", &mock_.platform).value(), "http");
  EXPECT_CALL(mock_.services, ProtocolOfName(absl::string_view("tcp")))
      .WillOnce(Return(Made(std::optional<int>(6))));
  EXPECT_EQ(GetProtoByName("tcp", &mock_.platform).value(), Protocol(6));
}

TEST_F(ServicesTest, NothingIsAnErrorWithoutANumber) {
  EXPECT_CALL(mock_.services, PortOfService)
      .WillOnce(Return(Made(std::optional<std::uint16_t>())));
  const absl::Status status =
      GetServByName("http", "sctp", &mock_.platform).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "getservbyname http/sctp: service/proto not found "
            "[name_not_found]");
  EXPECT_TRUE(IsNameNotFound(status));
  EXPECT_FALSE(IsUsageError(status));
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kOs);
  EXPECT_EQ(ErrorOf(status)->native_code, 0);
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kNameNotFound);
  EXPECT_EQ(ErrorOf(status)->address, "http/sctp");
}

TEST_F(ServicesTest, ErrorsOfThePlatformAreItsOwn) {
  EXPECT_CALL(mock_.services, ServiceOfPort)
      .WillOnce(Return(Failed<std::optional<std::string>>(ErrorCode::kEmfile)));
  EXPECT_TRUE(
      IsTooManyDescriptors(GetServByPort(1, "", &mock_.platform).status()));
  SysResult<std::optional<int>> lacks;
  lacks.error = kNotSupportedError;
  EXPECT_CALL(mock_.services, ProtocolOfName).WillOnce(Return(lacks));
  EXPECT_TRUE(IsUnsupported(GetProtoByName("x", &mock_.platform).status()));
}

TEST_F(ServicesTest, WhatCannotBeRightIsNotAsked) {
  EXPECT_THAT(GetServByPort(65536, "", &mock_.platform).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "getservbyport",
                        "port: 65536 is not in 0 to 65535"));
  EXPECT_THAT(GetServByPort(-1, "", &mock_.platform).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "getservbyport",
                        "port: -1 is not in 0 to 65535"));
  EXPECT_THAT(
      GetProtoByName(absl::string_view("a\0b", 3), &mock_.platform).status(),
      IsRefusal(absl::StatusCode::kInvalidArgument, "getprotobyname",
                "protocol: holds a NUL"));
}

}  // namespace
}  // namespace mortise
