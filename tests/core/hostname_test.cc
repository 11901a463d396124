#include "mortise/core/hostname.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::Return;

class HostNameTest : public ::testing::Test {
 protected:
  // Returns the result of GetFqdn for an address whose host has this name.
  std::string FqdnOf(const std::string& name,
                     const std::vector<std::string>& aliases) {
    LookupResult<HostEntry> found;
    found.value.name = name;
    found.value.aliases = aliases;
    EXPECT_CALL(mock_.names, FindHostByAddress).WillOnce(Return(found));
    return GetFqdn("10.0.0.1", options_).value();
  }

  MockPlatform mock_;
  const LookupOptions options_ = {absl::Seconds(5), &mock_.platform};
};

TEST_F(HostNameTest, IsThePlatforms) {
  EXPECT_CALL(mock_.names, GetHostName)
      .WillOnce(Return(Made(std::string("m"))));
  EXPECT_EQ(GetHostName(&mock_.platform).value(), "m");
  EXPECT_CALL(mock_.names, GetHostName)
      .WillOnce(Return(Failed<std::string>(ErrorCode::kEfault)));
  const absl::Status status = GetHostName(&mock_.platform).status();
  EXPECT_EQ(ErrorOf(status)->operation, "gethostname");
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEfault);
}

TEST_F(HostNameTest, IsSet) {
  EXPECT_CALL(mock_.names, SetHostName(absl::string_view("m")))
      .WillOnce(Return(Done()))
      .WillOnce(Return(Failed(ErrorCode::kEperm)));
  EXPECT_TRUE(SetHostName("m", &mock_.platform).ok());
  const absl::Status status = SetHostName("m", &mock_.platform);
  EXPECT_TRUE(IsAccessDenied(status));
  EXPECT_EQ(ErrorOf(status)->operation, "sethostname");
  EXPECT_THAT(SetHostName(absl::string_view("m\0", 2), &mock_.platform),
              IsRefusal(absl::StatusCode::kInvalidArgument, "sethostname",
                        "name: holds a NUL"));
}

TEST_F(HostNameTest, TheFullNameIsTheFirstWithAPeriod) {
  EXPECT_EQ(FqdnOf("a.example", {"b.example"}), "a.example");
  EXPECT_EQ(FqdnOf("a", {"b", "c.example", "d.example"}), "c.example");
  EXPECT_EQ(FqdnOf("a", {"b", "c"}), "a");
  EXPECT_EQ(FqdnOf("a", {}), "a");
}

TEST_F(HostNameTest, WhereNothingIsKnownTheNameStays) {
  LookupResult<HostEntry> failed;
  failed.domain = ErrorDomain::kHostLookup;
  failed.error = mock_.errors.Native(ErrorCode::kHostNotFound);
  LookupResult<HostEntry> late;
  late.timed_out = true;
  EXPECT_CALL(mock_.names, FindHostByAddress)
      .WillOnce(Return(failed))
      .WillOnce(Return(late));
  EXPECT_EQ(GetFqdn(" 10.0.0.1\n", options_).value(), "10.0.0.1");
  EXPECT_EQ(GetFqdn("10.0.0.1", options_).value(), "10.0.0.1");
}

TEST_F(HostNameTest, NoNameIsThisMachine) {
  for (const char* const here : {"", " ", "0.0.0.0", "::"}) {
    EXPECT_CALL(mock_.names, GetHostName)
        .WillOnce(Return(Made(std::string("10.0.0.1"))));
    LookupResult<HostEntry> found;
    found.value.name = "m.example";
    EXPECT_CALL(mock_.names, FindHostByAddress).WillOnce(Return(found));
    EXPECT_EQ(GetFqdn(here, options_).value(), "m.example");
  }
  EXPECT_CALL(mock_.names, GetHostName)
      .WillOnce(Return(Failed<std::string>(ErrorCode::kEfault)));
  EXPECT_EQ(ErrorOf(GetFqdn("", options_).status())->operation, "getfqdn");
}

}  // namespace
}  // namespace mortise
