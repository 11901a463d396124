// The texts of errors, and the details that they carry.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

TEST_P(ErrorContract, TheTextIsOperationAddressSystemsWordsAndPortableName) {
  const Socket silent = MustBind(TcpIpv4());
  const SocketAddress address = MustGetSockName(silent);
  Socket client = MustCreate(TcpIpv4());
  const absl::Status status = client.Connect(address);
  const std::string words = platform().errors().Text(
      ErrorDomain::kOs, Native(ErrorCode::kEconnrefused));
  EXPECT_NE(words, "");
  // "connect 127.0.0.1:9: Connection refused [ECONNREFUSED]"
  EXPECT_EQ(status.message(), absl::StrCat("connect 127.0.0.1:", address.port(),
                                           ": ", words, " [ECONNREFUSED]"));
}

TEST_P(ErrorContract, WithoutAnAddressTheTextHasNone) {
  const Socket socket = MustCreate(TcpIpv4());
  const std::string words =
      platform().errors().Text(ErrorDomain::kOs, Native(ErrorCode::kEnotconn));
  EXPECT_EQ(socket.GetPeerName().status().message(),
            absl::StrCat("getpeername: ", words, " [ENOTCONN]"));
}

TEST_P(ErrorContract, ATimeoutSaysSo) {
  Socket listener = MustListen(TcpIpv4());
  ASSERT_THAT(listener.SetTimeout(absl::Milliseconds(1)), IsOk());
  EXPECT_EQ(listener.Accept().status().message(), "accept: timed out");
}

TEST_P(ErrorContract, WouldBlockIsTheSystemsNumber) {
  Socket listener = MustListen(TcpIpv4());
  ASSERT_THAT(listener.SetBlocking(false), IsOk());
  const absl::Status status = listener.Accept().status();
  ASSERT_THAT(status, Fails(IsWouldBlock));
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEagain);
  EXPECT_EQ(ErrorOf(status)->native_code, Native(ErrorCode::kEagain));
  EXPECT_FALSE(IsInProgress(status));
  EXPECT_FALSE(IsTimeout(status));
}

TEST_P(ErrorContract, ARefusedArgumentIsNamedWithItsValue) {
  Socket socket = MustCreate(TcpIpv4());
  const absl::Status status = socket.Bind({"127.0.0.1", 70000});
  EXPECT_EQ(status.message(),
            "bind: port: 70000 is not in 0 to 65535 [EINVAL]");
  EXPECT_EQ(ErrorOf(status)->domain, ErrorDomain::kUsage);
  EXPECT_EQ(ErrorOf(status)->code, ErrorCode::kEinval);
}

TEST_P(ErrorContract, AnErrorOutlivesItsSocketAndIsCopied) {
  absl::Status status;
  {
    const Socket silent = MustBind(TcpIpv4());
    Socket client = MustCreate(TcpIpv4());
    status = client.Connect(MustGetSockName(silent));
  }
  const absl::Status copy = status;
  EXPECT_EQ(copy, status);
  EXPECT_TRUE(IsConnectionRefused(copy));
  EXPECT_EQ(ErrorOf(copy)->operation, "connect");
  // The text with other words around it, as a caller may add them.
  absl::Status wrapped(status.code(),
                       absl::StrCat("fetching: ", status.message()));
  status.ForEachPayload(
      [&wrapped](absl::string_view url, const absl::Cord& payload) {
        wrapped.SetPayload(url, payload);
      });
  EXPECT_TRUE(IsConnectionRefused(wrapped));
}

TEST_P(ErrorContract, NumbersAndPortableCodesTranslateBothWays) {
  const ErrorTable& errors = platform().facts().errors;
  for (const ErrorCode code :
       {ErrorCode::kEacces,        ErrorCode::kEaddrinuse,
        ErrorCode::kEaddrnotavail, ErrorCode::kEafnosupport,
        ErrorCode::kEagain,        ErrorCode::kEalready,
        ErrorCode::kEbadf,         ErrorCode::kEconnaborted,
        ErrorCode::kEconnrefused,  ErrorCode::kEconnreset,
        ErrorCode::kEhostunreach,  ErrorCode::kEinprogress,
        ErrorCode::kEintr,         ErrorCode::kEinval,
        ErrorCode::kEisconn,       ErrorCode::kEmfile,
        ErrorCode::kEmsgsize,      ErrorCode::kEnetunreach,
        ErrorCode::kEnobufs,       ErrorCode::kEnotconn,
        ErrorCode::kEnotsock,      ErrorCode::kEopnotsupp,
        ErrorCode::kEtimedout}) {
    const int native = errors.Native(code);
    EXPECT_NE(native, kNotSupportedError) << ErrorCodeName(code);
    EXPECT_EQ(errors.Code(ErrorDomain::kOs, native), code)
        << ErrorCodeName(code);
    EXPECT_NE(platform().errors().Text(ErrorDomain::kOs, native), "")
        << ErrorCodeName(code);
  }
  EXPECT_EQ(errors.Code(ErrorDomain::kOs, 987654), ErrorCode::kUnmapped);
}

}  // namespace
}  // namespace contract
}  // namespace mortise
