#include "mortise/core/tls/internal/library_error.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/platform/error_code.h"
#include "openssl/err.h"
#include "openssl/ssl.h"

namespace mortise {
namespace internal {
namespace {

using ::testing::HasSubstr;

int Reason(int reason) {
  return static_cast<int>(ERR_PACK(ERR_LIB_SSL, reason));
}

TEST(LibraryErrorTest, EveryNumberHasAMeaning) {
  const auto code = [](int number) {
    const absl::Status status = TlsError(Operation::kRead, number, "");
    EXPECT_TRUE(IsTlsError(status)) << status;
    EXPECT_EQ(ErrorOf(status)->native_code, number);
    return ErrorOf(status)->code;
  };
  EXPECT_EQ(code(kTlsTruncated), ErrorCode::kTlsTruncated);
  EXPECT_EQ(code(kTlsOtherProcess), ErrorCode::kEinval);
  EXPECT_EQ(code(Reason(SSL_R_CERTIFICATE_VERIFY_FAILED)),
            ErrorCode::kTlsCertificate);
  EXPECT_EQ(code(Reason(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)),
            ErrorCode::kTlsAlert);
  EXPECT_EQ(code(Reason(SSL_R_WRONG_VERSION_NUMBER)), ErrorCode::kTlsProtocol);
}

TEST(LibraryErrorTest, EveryNumberHasAText) {
  EXPECT_EQ(LibraryErrorText(Reason(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)),
            "the peer sent the alert 'handshake failure'");
  EXPECT_EQ(LibraryErrorText(Reason(SSL_R_NO_SHARED_CIPHER)),
            "no shared cipher");
  EXPECT_EQ(LibraryErrorText(Reason(999)).substr(0, 10), "TLS error ");
}

TEST(LibraryErrorTest, SaysWhatWasBeingDoneAndWithWhom) {
  const absl::Status status =
      TlsError(Operation::kDoHandshake, kTlsTruncated, "192.0.2.1:443", "cut");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("do_handshake 192.0.2.1:443: cut"));
  EXPECT_EQ(ErrorOf(status)->operation, "do_handshake");
  EXPECT_EQ(ErrorOf(status)->address, "192.0.2.1:443");
}

TEST(LibraryErrorTest, TheErrorOfAnotherProcessIsTold) {
  EXPECT_TRUE(
      IsOfOtherProcess(TlsError(Operation::kWrite, kTlsOtherProcess, "")));
  EXPECT_FALSE(
      IsOfOtherProcess(TlsError(Operation::kWrite, kTlsTruncated, "")));
  EXPECT_FALSE(IsOfOtherProcess(absl::OkStatus()));
}

}  // namespace
}  // namespace internal
}  // namespace mortise
