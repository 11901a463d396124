#include "mortise/core/error.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/mock/mock_platform.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::Operation;

class ErrorTest : public ::testing::Test {
 protected:
  absl::Status Make(ErrorCode code, ErrorDomain domain = ErrorDomain::kOs,
                    const std::string& address = "") {
    return internal::PlatformError(mock_.platform, Operation::kConnect, domain,
                                   mock_.errors.Native(code), address);
  }

  MockPlatform mock_;
};

TEST_F(ErrorTest, AStatusOfSomebodyElseCarriesNone) {
  for (const absl::Status& status :
       {absl::OkStatus(), absl::UnavailableError("no route"),
        absl::DeadlineExceededError("slow")}) {
    EXPECT_FALSE(ErrorOf(status).has_value());
    EXPECT_FALSE(IsTimeout(status));
    EXPECT_FALSE(IsOwnTimeout(status));
    EXPECT_FALSE(IsClosed(status));
    EXPECT_FALSE(IsUsageError(status));
  }
}

TEST_F(ErrorTest, GarbledPayloadsAreNone) {
  for (const char* garbled :
       {"", " ", "error", "error 1", "error x ECONNREFUSED connect",
        "error 111 ECONNREFUSED", "nonsense 111 ECONNREFUSED connect",
        "error 99999999999 ECONNREFUSED connect"}) {
    absl::Status status = absl::UnavailableError("garbled");
    status.SetPayload("mortise.error", absl::Cord(garbled));
    EXPECT_FALSE(ErrorOf(status).has_value()) << garbled;
    EXPECT_FALSE(IsConnectionRefused(status)) << garbled;
  }
}

TEST_F(ErrorTest, KeepsAllOfIt) {
  const Error error =
      ErrorOf(Make(ErrorCode::kEaiNoname, ErrorDomain::kGetAddrInfo,
                   "unix:/a path with blanks"))
          .value();
  EXPECT_EQ(error.domain, ErrorDomain::kGetAddrInfo);
  EXPECT_EQ(error.code, ErrorCode::kEaiNoname);
  EXPECT_EQ(error.native_code, mock_.errors.Native(ErrorCode::kEaiNoname));
  EXPECT_EQ(error.operation, "connect");
  EXPECT_EQ(error.address, "unix:/a path with blanks");
}

TEST_F(ErrorTest, KeepsNegativeNumbers) {
  const absl::Status status = internal::PlatformError(
      mock_.platform, Operation::kGetAddrInfo, ErrorDomain::kGetAddrInfo, -2);
  EXPECT_EQ(ErrorOf(status)->native_code, -2);
}

TEST_F(ErrorTest, ReadsAsOneSentence) {
  EXPECT_EQ(
      Make(ErrorCode::kEconnrefused, ErrorDomain::kOs, "127.0.0.1:9").message(),
      absl::StrCat("connect 127.0.0.1:9: fake error ",
                   mock_.errors.Native(ErrorCode::kEconnrefused),
                   " [ECONNREFUSED]"));
}

TEST_F(ErrorTest, ANumberWithoutAPortableNameHasTheOsesOwn) {
  const std::optional<Constant> unmapped = FindConstant("ENOKEY");
  if (!unmapped.has_value()) GTEST_SKIP() << "the OS has no ENOKEY";
  const absl::Status status = internal::PlatformError(
      mock_.platform, Operation::kConnect, ErrorDomain::kOs,
      static_cast<int>(unmapped->value));
  EXPECT_TRUE(absl::EndsWith(status.message(), " [ENOKEY]")) << status;
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kUnmapped);
  EXPECT_EQ(ErrorOf(status)->native_code, unmapped->value);
}

TEST_F(ErrorTest, PredicatesAnswerForTheirCodesAndNoOther) {
  struct Case {
    bool (*predicate)(const absl::Status&);
    std::vector<ErrorCode> codes;
  };
  const Case kCases[] = {
      {IsTimeout, {ErrorCode::kEtimedout}},
      {IsWouldBlock,
       {ErrorCode::kEagain, ErrorCode::kEalready, ErrorCode::kEinprogress}},
      {IsInProgress, {ErrorCode::kEinprogress}},
      {IsConnectionRefused, {ErrorCode::kEconnrefused}},
      {IsConnectionReset, {ErrorCode::kEconnreset}},
      {IsConnectionAborted, {ErrorCode::kEconnaborted}},
      {IsBrokenPipe, {ErrorCode::kEpipe, ErrorCode::kEshutdown}},
      {IsNotConnected, {ErrorCode::kEnotconn, ErrorCode::kEdestaddrreq}},
      {IsAddressInUse, {ErrorCode::kEaddrinuse}},
      {IsAddressNotAvailable, {ErrorCode::kEaddrnotavail}},
      {IsUnreachable,
       {ErrorCode::kEnetunreach, ErrorCode::kEhostunreach, ErrorCode::kEnetdown,
        ErrorCode::kEhostdown}},
      {IsNameNotFound,
       {ErrorCode::kEaiNoname, ErrorCode::kEaiNodata, ErrorCode::kEaiAddrfamily,
        ErrorCode::kEaiService, ErrorCode::kHostNotFound, ErrorCode::kNoData,
        ErrorCode::kNameNotFound}},
      {IsFileNotFound, {ErrorCode::kEnoent}},
      {IsTooManyDescriptors, {ErrorCode::kEmfile, ErrorCode::kEnfile}},
      {IsNoBufferSpace, {ErrorCode::kEnobufs}},
      {IsAccessDenied, {ErrorCode::kEacces, ErrorCode::kEperm}},
      {IsUnsupported,
       {ErrorCode::kUnsupported, ErrorCode::kEafnosupport,
        ErrorCode::kEpfnosupport, ErrorCode::kEprotonosupport,
        ErrorCode::kEsocktnosupport, ErrorCode::kEnoprotoopt,
        ErrorCode::kEopnotsupp, ErrorCode::kEnosys}},
  };
  for (int i = 1; !ErrorCodeName(static_cast<ErrorCode>(i)).empty(); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    const absl::Status status = Make(code);
    for (const Case& c : kCases) {
      const bool expected = std::count(c.codes.begin(), c.codes.end(), code);
      EXPECT_EQ(c.predicate(status), expected) << status;
    }
    EXPECT_FALSE(IsClosed(status));
    EXPECT_FALSE(IsUsageError(status));
  }
}

TEST_F(ErrorTest, AnOwnTimeoutIsTellableFromTheSystems) {
  const absl::Status own = internal::TimeoutError(Operation::kRecv);
  EXPECT_TRUE(IsTimeout(own));
  EXPECT_TRUE(IsOwnTimeout(own));
  EXPECT_FALSE(IsConnectionTimedOut(own));
  EXPECT_EQ(ErrorOf(own)->domain, ErrorDomain::kTimeout);
  EXPECT_EQ(own.message(), "recv: timed out");
  const absl::Status systems = Make(ErrorCode::kEtimedout);
  EXPECT_TRUE(IsTimeout(systems));
  EXPECT_EQ(ErrorOf(systems)->domain, ErrorDomain::kOs);
  EXPECT_EQ(systems.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(IsOwnTimeout(systems));
  EXPECT_TRUE(IsConnectionTimedOut(systems));
}

TEST_F(ErrorTest, UsageErrorsAreNoneOfThePlatforms) {
  const absl::Status status =
      internal::ArgumentError(absl::StatusCode::kOutOfRange, Operation::kBind,
                              "port", "70000 is not in 0 to 65535");
  EXPECT_TRUE(IsUsageError(status));
  EXPECT_FALSE(IsClosed(status));
  EXPECT_EQ(status.message(),
            "bind: port: 70000 is not in 0 to 65535 [EINVAL]");
  EXPECT_TRUE(IsClosed(internal::ClosedError(Operation::kBind)));
  EXPECT_TRUE(IsUsageError(internal::ClosedError(Operation::kBind)));
}

TEST_F(ErrorTest, SurvivesBeingWrapped) {
  const absl::Status inner = Make(ErrorCode::kEconnreset);
  absl::Status outer(inner.code(), "while reading the header");
  inner.ForEachPayload(
      [&outer](absl::string_view name, const absl::Cord& cord) {
        outer.SetPayload(name, cord);
      });
  EXPECT_TRUE(IsConnectionReset(outer));
}

TEST_F(ErrorTest, EveryOperationHasAName) {
  for (int i = 0; i < internal::kOperationCount; ++i) {
    EXPECT_FALSE(internal::OperationName(static_cast<Operation>(i)).empty());
  }
  EXPECT_EQ(internal::OperationName(Operation::kAccept), "accept");
  EXPECT_EQ(internal::OperationName(Operation::kRecvFrom), "recvfrom");
  EXPECT_EQ(internal::OperationName(Operation::kSocketPair), "socketpair");
  EXPECT_TRUE(internal::OperationName(static_cast<Operation>(200)).empty());
}

TEST_F(ErrorTest, EveryCodeHasANameAndBack) {
  for (int i = 1; !ErrorCodeName(static_cast<ErrorCode>(i)).empty(); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_EQ(ErrorCodeFromName(ErrorCodeName(code)), code);
  }
  EXPECT_EQ(ErrorCodeName(ErrorCode::kEconnrefused), "ECONNREFUSED");
  EXPECT_EQ(ErrorCodeName(ErrorCode::kTryAgain), "TRY_AGAIN");
  EXPECT_EQ(ErrorCodeName(ErrorCode::kNameNotFound), "name_not_found");
  EXPECT_EQ(ErrorCodeName(ErrorCode::kNoThread), "no_thread");
  EXPECT_EQ(ErrorCodeFromName("EWHATEVER"), ErrorCode::kUnmapped);
  EXPECT_EQ(ErrorCodeName(static_cast<ErrorCode>(60000)), "");
}

}  // namespace
}  // namespace mortise
