#include "mortise/core/getaddrinfo.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/tests/core/usage_error.h"

namespace mortise {
namespace {

using ::testing::_;
using ::testing::Return;

class GetAddrInfoTest : public ::testing::Test {
 protected:
  GetAddrInfoTest() { options_.platform = &mock_.platform; }

  MockPlatform mock_;
  GetAddrInfoOptions options_;
};

TEST_F(GetAddrInfoTest, HandsEverythingOnAndBack) {
  options_.family = kAfInet6;
  options_.type = kSockStream;
  options_.protocol = kIpprotoTcp;
  options_.flags = kAiCanonname;
  options_.timeout = absl::Seconds(5);
  EXPECT_CALL(mock_.names, FindAddresses(_, absl::Seconds(5)))
      .WillOnce([](const AddrInfoQuery& query, absl::Duration) {
        EXPECT_EQ(query.host, "a.example");
        EXPECT_EQ(query.service, "http");
        EXPECT_EQ(query.family, kAfInet6);
        EXPECT_EQ(query.type, kSockStream);
        EXPECT_EQ(query.protocol, kIpprotoTcp);
        EXPECT_EQ(query.flags, kAiCanonname);
        AddrInfoEntry entry;
        entry.family = kAfInet6;
        entry.type = kSockStream;
        entry.protocol = kIpprotoTcp;
        entry.canonical_name = "b.example";
        entry.address = SocketAddress::Ipv6({}, 80).raw();
        LookupResult<std::vector<AddrInfoEntry>> found;
        found.value = {entry};
        return found;
      });
  const std::vector<AddrInfo> infos =
      GetAddrInfo("a.example", "http", options_).value();
  ASSERT_EQ(infos.size(), 1u);
  EXPECT_EQ(infos[0].family, kAfInet6);
  EXPECT_EQ(infos[0].type, kSockStream);
  EXPECT_EQ(infos[0].protocol, kIpprotoTcp);
  EXPECT_EQ(infos[0].canonical_name, "b.example");
  EXPECT_EQ(infos[0].address, SocketAddress::Ipv6({}, 80));
}

TEST_F(GetAddrInfoTest, NothingAndTheEmptyStringAreTheSame) {
  EXPECT_CALL(mock_.names, FindAddresses)
      .Times(2)
      .WillRepeatedly([](const AddrInfoQuery& query, absl::Duration) {
        EXPECT_EQ(query.host, std::nullopt);
        EXPECT_EQ(query.service, std::nullopt);
        return LookupResult<std::vector<AddrInfoEntry>>();
      });
  EXPECT_TRUE(GetAddrInfo(std::nullopt, std::nullopt, options_).ok());
  EXPECT_TRUE(GetAddrInfo("", "", options_).ok());
}

TEST_F(GetAddrInfoTest, APortIsANumber) {
  EXPECT_CALL(mock_.names, FindAddresses)
      .WillOnce([](const AddrInfoQuery& query, absl::Duration) {
        EXPECT_EQ(query.service, "8080");
        return LookupResult<std::vector<AddrInfoEntry>>();
      });
  EXPECT_TRUE(GetAddrInfo("h", 8080, options_).ok());
}

TEST_F(GetAddrInfoTest, BadArgumentsAreNamedAndNotLookedUp) {
  EXPECT_THAT(GetAddrInfo("h", 65536, options_).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "getaddrinfo",
                        "port: 65536 is not in 0 to 65535"));
  EXPECT_THAT(GetAddrInfo("h", -1, options_).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "getaddrinfo",
                        "port: -1 is not in 0 to 65535"));
  EXPECT_THAT(GetAddrInfo(std::string("a\0b", 3), "80", options_).status(),
              IsRefusal(absl::StatusCode::kInvalidArgument, "getaddrinfo",
                        "host: holds a NUL"));
  EXPECT_THAT(GetAddrInfo("h", std::string("8\0", 2), options_).status(),
              IsRefusal(absl::StatusCode::kInvalidArgument, "getaddrinfo",
                        "service: holds a NUL"));
  options_.timeout = absl::Seconds(-1);
  EXPECT_THAT(GetAddrInfo("h", "80", options_).status(),
              IsRefusal(absl::StatusCode::kOutOfRange, "getaddrinfo",
                        "timeout: -1s is negative"));
}

TEST_F(GetAddrInfoTest, EachEaiCodeKeepsItsDomainAndNumber) {
  for (const auto& [code, status_code] :
       std::vector<std::pair<ErrorCode, absl::StatusCode>>{
           {ErrorCode::kEaiNoname, absl::StatusCode::kNotFound},
           {ErrorCode::kEaiService, absl::StatusCode::kNotFound},
           {ErrorCode::kEaiAgain, absl::StatusCode::kUnavailable},
           {ErrorCode::kEaiBadflags, absl::StatusCode::kInvalidArgument},
           {ErrorCode::kEaiFamily, absl::StatusCode::kInvalidArgument},
           {ErrorCode::kEaiMemory, absl::StatusCode::kResourceExhausted},
           {ErrorCode::kEaiFail, absl::StatusCode::kUnknown}}) {
    LookupResult<std::vector<AddrInfoEntry>> failed;
    failed.error = mock_.errors.Native(code);
    EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(failed));
    const absl::Status status = GetAddrInfo("h", "s", options_).status();
    EXPECT_EQ(status.code(), status_code) << status;
    EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kGetAddrInfo);
    EXPECT_EQ(ErrorOf(status)->code, code);
    EXPECT_EQ(ErrorOf(status)->address, "h:s");
  }
}

TEST_F(GetAddrInfoTest, EaiSystemIsTheSystemsError) {
  LookupResult<std::vector<AddrInfoEntry>> failed;
  failed.domain = ErrorDomain::kOs;
  failed.error = mock_.errors.Native(ErrorCode::kEmfile);
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(failed));
  const absl::Status status = GetAddrInfo("h", "s", options_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kOs);
}

TEST_F(GetAddrInfoTest, ATimeoutIsOne) {
  options_.timeout = absl::Seconds(5);
  LookupResult<std::vector<AddrInfoEntry>> late;
  late.timed_out = true;
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(late));
  const absl::Status status = GetAddrInfo("slow", "80", options_).status();
  EXPECT_TRUE(IsTimeout(status));
  EXPECT_EQ(status.message(), "getaddrinfo slow:80: timed out");
}

// pthread_create(3) fails with EAGAIN. A look-up must not return this error as
// it is, because a caller would take it for that of a socket that would block.
TEST_F(GetAddrInfoTest, AThreadThatCannotBeHadIsNoWouldBlock) {
  LookupResult<std::vector<AddrInfoEntry>> failed;
  failed.domain = ErrorDomain::kOs;
  failed.error = mock_.errors.Native(ErrorCode::kEagain);
  failed.no_thread = true;
  EXPECT_CALL(mock_.names, FindAddresses).WillOnce(Return(failed));
  const absl::Status status = GetAddrInfo("h", "80", options_).status();
  EXPECT_FALSE(IsWouldBlock(status));
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kNoThread);
  EXPECT_EQ(ErrorOf(status)->native_code, failed.error);
  EXPECT_EQ(ErrorOf(status)->address, "h:80");
  EXPECT_EQ(
      status.message(),
      absl::StrCat(
          "getaddrinfo h:80: no thread could be started to look it up: ",
          mock_.errors.Text(ErrorDomain::kOs, failed.error), " [no_thread]"));
}

}  // namespace
}  // namespace mortise
