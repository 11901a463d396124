#include "mortise/platform/posix/errors.h"

#include <netdb.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

// A number and the name that it has in the OS's headers.
struct Named {
  int native;
  absl::string_view name;
};
#define NAMED(macro) (Named{macro, #macro})

TEST(ErrorsTest, ErrnoNumbersHaveTheirNames) {
  for (const Named& error :
       {NAMED(EACCES),          NAMED(EADDRINUSE),   NAMED(EADDRNOTAVAIL),
        NAMED(EAFNOSUPPORT),    NAMED(EAGAIN),       NAMED(EALREADY),
        NAMED(EBADF),           NAMED(ECANCELED),    NAMED(ECONNABORTED),
        NAMED(ECONNREFUSED),    NAMED(ECONNRESET),   NAMED(EDESTADDRREQ),
        NAMED(EDQUOT),          NAMED(EEXIST),       NAMED(EFAULT),
        NAMED(EHOSTUNREACH),    NAMED(EILSEQ),       NAMED(EINPROGRESS),
        NAMED(EINTR),           NAMED(EINVAL),       NAMED(EIO),
        NAMED(EISCONN),         NAMED(EISDIR),       NAMED(ELOOP),
        NAMED(EMFILE),          NAMED(EMSGSIZE),     NAMED(ENAMETOOLONG),
        NAMED(ENETDOWN),        NAMED(ENETRESET),    NAMED(ENETUNREACH),
        NAMED(ENFILE),          NAMED(ENOBUFS),      NAMED(ENODEV),
        NAMED(ENOENT),          NAMED(ENOMEM),       NAMED(ENOPROTOOPT),
        NAMED(ENOSPC),          NAMED(ENOSYS),       NAMED(ENOTCONN),
        NAMED(ENOTDIR),         NAMED(ENOTSOCK),     NAMED(ENXIO),
        NAMED(EOPNOTSUPP),      NAMED(EOVERFLOW),    NAMED(EPERM),
        NAMED(EPIPE),           NAMED(EPROTO),       NAMED(EPROTONOSUPPORT),
        NAMED(EPROTOTYPE),      NAMED(EROFS),        NAMED(ETIMEDOUT),
        NAMED(EHOSTDOWN),       NAMED(EPFNOSUPPORT), NAMED(ESHUTDOWN),
        NAMED(ESOCKTNOSUPPORT), NAMED(ETOOMANYREFS), NAMED(EUSERS)}) {
    const ErrorCode code = kErrors.Code(ErrorDomain::kOs, error.native);
    EXPECT_EQ(ErrorCodeName(code), error.name);
    EXPECT_EQ(kErrors.Native(code), error.native) << error.name;
    EXPECT_EQ(Errors().Text(ErrorDomain::kOs, error.native),
              std::strerror(error.native));
  }
}

TEST(ErrorsTest, LookUpNumbersHaveTheirNames) {
  for (const Named& error :
       {NAMED(EAI_AGAIN), NAMED(EAI_BADFLAGS), NAMED(EAI_FAIL),
        NAMED(EAI_FAMILY), NAMED(EAI_MEMORY), NAMED(EAI_NONAME),
        NAMED(EAI_SERVICE), NAMED(EAI_SOCKTYPE), NAMED(EAI_SYSTEM),
        NAMED(EAI_OVERFLOW)}) {
    const ErrorCode code =
        kErrors.Code(ErrorDomain::kGetAddrInfo, error.native);
    EXPECT_EQ(ErrorCodeName(code), error.name);
    EXPECT_EQ(kErrors.Native(code), error.native) << error.name;
    EXPECT_EQ(Errors().Text(ErrorDomain::kGetAddrInfo, error.native),
              gai_strerror(error.native));
  }
  for (const Named& error : {NAMED(HOST_NOT_FOUND), NAMED(NO_DATA),
                             NAMED(NO_RECOVERY), NAMED(TRY_AGAIN)}) {
    const ErrorCode code = kErrors.Code(ErrorDomain::kHostLookup, error.native);
    EXPECT_EQ(ErrorCodeName(code), error.name);
    EXPECT_EQ(kErrors.Native(code), error.native) << error.name;
    EXPECT_EQ(Errors().Text(ErrorDomain::kHostLookup, error.native),
              hstrerror(error.native));
  }
}

TEST(ErrorsTest, WhatMeansTheSameHasOneName) {
  EXPECT_EQ(kErrors.Code(ErrorDomain::kOs, EWOULDBLOCK), ErrorCode::kEagain);
  EXPECT_EQ(kErrors.Code(ErrorDomain::kOs, ENOTSUP), ErrorCode::kEopnotsupp);
}

TEST(ErrorsTest, TheDomainSaysWhoseNumberItIs) {
  // The number 1 is EPERM in one domain and HOST_NOT_FOUND in another.
  EXPECT_EQ(kErrors.Code(ErrorDomain::kOs, 1), ErrorCode::kEperm);
  EXPECT_EQ(kErrors.Code(ErrorDomain::kHostLookup, 1),
            ErrorCode::kHostNotFound);
  EXPECT_EQ(kErrors.Code(ErrorDomain::kGetAddrInfo, EAGAIN),
            ErrorCode::kUnmapped);
  EXPECT_EQ(kErrors.Code(ErrorDomain::kHostLookup, EPIPE),
            ErrorCode::kUnmapped);
  EXPECT_EQ(kErrors.Code(ErrorDomain::kTls, EINTR), ErrorCode::kUnmapped);
}

TEST(ErrorsTest, ANumberWithoutANameIsUnmappedAndStillHasAText) {
  EXPECT_EQ(kErrors.Code(ErrorDomain::kOs, 987654), ErrorCode::kUnmapped);
  EXPECT_EQ(kErrors.Code(ErrorDomain::kOs, 0), ErrorCode::kUnmapped);
  EXPECT_NE(Errors().Text(ErrorDomain::kOs, 987654), "");
  EXPECT_EQ(Errors().Text(ErrorDomain::kTls, 17), "error 17");
}

TEST(ErrorsTest, ANameWithoutANumberHasNone) {
  EXPECT_EQ(kErrors.Native(ErrorCode::kUnmapped), kNotSupportedError);
  EXPECT_EQ(kErrors.Native(ErrorCode::kUnsupported), kNotSupportedError);
}

TEST(ErrorsTest, TheTextIsTheOnesThatPeopleKnow) {
  EXPECT_EQ(Errors().Text(ErrorDomain::kOs, ECONNREFUSED),
            "Connection refused");
}

}  // namespace
}  // namespace posix
}  // namespace mortise
