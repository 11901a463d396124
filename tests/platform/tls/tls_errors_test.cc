#include "mortise/platform/tls/tls_errors.h"

#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "openssl/err.h"
#include "openssl/ssl.h"

namespace mortise {
namespace tls {
namespace {

int Reason(int reason) {
  return static_cast<int>(ERR_PACK(ERR_LIB_SSL, reason));
}

TEST(TlsErrorsTest, TheNumbersOfTheSystemStayWhatTheyAre) {
  ErrorCalls& system = Platform::Default().errors();
  const Errors errors(system);
  const int refused =
      Platform::Default().facts().errors.Native(ErrorCode::kEconnrefused);
  EXPECT_FALSE(IsTlsNumber(refused));
  EXPECT_EQ(errors.DomainOf(refused), ErrorDomain::kOs);
  EXPECT_EQ(errors.Code(refused), ErrorCode::kUnmapped);
  EXPECT_EQ(errors.Text(ErrorDomain::kOs, refused),
            system.Text(ErrorDomain::kOs, refused));
}

TEST(TlsErrorsTest, TheNumbersOfTlsMeanSomething) {
  const Errors errors(Platform::Default().errors());
  const auto code = [&](int native) {
    EXPECT_TRUE(IsTlsNumber(native));
    EXPECT_EQ(errors.DomainOf(native), ErrorDomain::kTls);
    return errors.Code(native);
  };
  EXPECT_EQ(code(kTruncatedNumber), ErrorCode::kTlsTruncated);
  EXPECT_EQ(code(kBadRetryNumber), ErrorCode::kEinval);
  EXPECT_EQ(code(Reason(SSL_R_CERTIFICATE_VERIFY_FAILED)),
            ErrorCode::kTlsCertificate);
  EXPECT_EQ(code(Reason(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)),
            ErrorCode::kTlsAlert);
  EXPECT_EQ(code(Reason(SSL_R_WRONG_VERSION_NUMBER)), ErrorCode::kTlsProtocol);
  EXPECT_EQ(GeneralErrorText(Reason(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)),
            "the peer sent the alert 'handshake failure'");
  EXPECT_EQ(GeneralErrorText(Reason(SSL_R_NO_SHARED_CIPHER)),
            "no shared cipher");
  EXPECT_EQ(GeneralErrorText(Reason(999)).substr(0, 10), "TLS error ");
}

TEST(TlsErrorsTest, AThreadKeepsWhatThereIsToSayOfItsLastFailure) {
  const Errors errors(Platform::Default().errors());
  SetErrorText(kTruncatedNumber, "cut");
  EXPECT_EQ(errors.Text(ErrorDomain::kTls, kTruncatedNumber), "cut");
  EXPECT_EQ(errors.Text(ErrorDomain::kTls, kBadRetryNumber),
            GeneralErrorText(kBadRetryNumber));
  std::thread([&] {
    EXPECT_EQ(errors.Text(ErrorDomain::kTls, kTruncatedNumber),
              GeneralErrorText(kTruncatedNumber));
  }).join();
}

}  // namespace
}  // namespace tls
}  // namespace mortise
