#include "mortise/platform/winsock/errors.h"

#include <string>

#include "gtest/gtest.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

struct Named {
  int native;
  const char* name;
};

TEST(ErrorsTest, WinsockNumbersHaveTheirNamesInPosix) {
  // The constant is always WSA and the name.
#define NAMED(name) (Named{WSA##name, #name})
  for (const Named& error :
       {NAMED(EACCES),       NAMED(EADDRINUSE),      NAMED(EADDRNOTAVAIL),
        NAMED(EAFNOSUPPORT), NAMED(EALREADY),        NAMED(EBADF),
        NAMED(ECONNABORTED), NAMED(ECONNREFUSED),    NAMED(ECONNRESET),
        NAMED(EDESTADDRREQ), NAMED(EDQUOT),          NAMED(EFAULT),
        NAMED(EHOSTDOWN),    NAMED(EHOSTUNREACH),    NAMED(EINPROGRESS),
        NAMED(EINTR),        NAMED(EINVAL),          NAMED(EISCONN),
        NAMED(ELOOP),        NAMED(EMFILE),          NAMED(EMSGSIZE),
        NAMED(ENAMETOOLONG), NAMED(ENETDOWN),        NAMED(ENETRESET),
        NAMED(ENETUNREACH),  NAMED(ENOBUFS),         NAMED(ENOPROTOOPT),
        NAMED(ENOTCONN),     NAMED(ENOTSOCK),        NAMED(EOPNOTSUPP),
        NAMED(EPFNOSUPPORT), NAMED(EPROTONOSUPPORT), NAMED(EPROTOTYPE),
        NAMED(ESHUTDOWN),    NAMED(ESOCKTNOSUPPORT), NAMED(ETIMEDOUT),
        NAMED(ETOOMANYREFS), NAMED(EUSERS)}) {
    const ErrorCode code = kErrors.Code(ErrorDomain::kOs, error.native);
    EXPECT_EQ(ErrorCodeName(code), error.name);
    EXPECT_EQ(kErrors.Native(code), error.native) << error.name;
  }
#undef NAMED
}

TEST(ErrorsTest, WhatHasAnotherNameInPosixIsTranslated) {
  struct Case {
    int native;
    ErrorCode code;
  };
  for (const Case& c : {Case{WSAEWOULDBLOCK, ErrorCode::kEagain},
                        Case{WSAECANCELLED, ErrorCode::kEcanceled},
                        Case{WSAEDISCON, ErrorCode::kEpipe},
                        Case{ERROR_FILE_NOT_FOUND, ErrorCode::kEnoent},
                        Case{ERROR_PATH_NOT_FOUND, ErrorCode::kEnoent},
                        Case{ERROR_INVALID_DRIVE, ErrorCode::kEnoent},
                        Case{ERROR_BAD_PATHNAME, ErrorCode::kEnoent},
                        Case{ERROR_TOO_MANY_OPEN_FILES, ErrorCode::kEmfile},
                        Case{ERROR_NO_SYSTEM_RESOURCES, ErrorCode::kEnobufs},
                        Case{ERROR_NETNAME_DELETED, ErrorCode::kEconnreset},
                        Case{ERROR_PORT_UNREACHABLE, ErrorCode::kEconnrefused},
                        Case{WSA_INVALID_HANDLE, ErrorCode::kEbadf},
                        Case{WSA_NOT_ENOUGH_MEMORY, ErrorCode::kEnomem},
                        Case{WSA_OPERATION_ABORTED, ErrorCode::kEcanceled}}) {
    EXPECT_EQ(kErrors.Code(ErrorDomain::kOs, c.native), c.code) << c.native;
  }
  EXPECT_EQ(kErrors.Native(ErrorCode::kEagain), WSAEWOULDBLOCK);
  EXPECT_EQ(kErrors.Native(ErrorCode::kEbadf), WSAEBADF);
}

TEST(ErrorsTest, LookUpsHaveDomainsOfTheirOwn) {
  EXPECT_EQ(kErrors.Code(ErrorDomain::kGetAddrInfo, WSAHOST_NOT_FOUND),
            ErrorCode::kEaiNoname);
  EXPECT_EQ(kErrors.Code(ErrorDomain::kGetAddrInfo, WSANO_DATA),
            ErrorCode::kEaiNodata);
  EXPECT_EQ(kErrors.Code(ErrorDomain::kGetAddrInfo, WSAEINVAL),
            ErrorCode::kEaiBadflags);
  EXPECT_EQ(kErrors.Code(ErrorDomain::kHostLookup, WSAHOST_NOT_FOUND),
            ErrorCode::kHostNotFound);
  EXPECT_EQ(kErrors.Native(ErrorCode::kEaiNoname), WSAHOST_NOT_FOUND);
}

TEST(ErrorsTest, WhatHasNoNameIsUnmappedAndKeepsItsNumber) {
  for (const int native : {0, -1, 1, 12345, WSASYSNOTREADY, WSAEPROCLIM}) {
    EXPECT_EQ(kErrors.Code(ErrorDomain::kOs, native), ErrorCode::kUnmapped)
        << native;
  }
  EXPECT_EQ(kErrors.Native(ErrorCode::kEnosys), kNotSupportedError);
}

TEST(ErrorsTest, TheTextIsWindows) {
  // The text may be in any language.
  const std::string text = Errors().Text(ErrorDomain::kOs, WSAECONNREFUSED);
  EXPECT_NE(text, "");
  EXPECT_NE(text, Errors().Text(ErrorDomain::kOs, WSAECONNRESET));
  // The text is one line, so that more can follow it.
  EXPECT_EQ(text.find_first_of("\r\n"), std::string::npos) << text;
  EXPECT_NE(text.back(), ' ') << text;
  EXPECT_NE(text.back(), '.') << text;
}

TEST(ErrorsTest, ANumberWithoutTextIsToldAsANumber) {
  EXPECT_EQ(Errors().Text(ErrorDomain::kOs, 54321), "error 54321");
}

}  // namespace
}  // namespace winsock
}  // namespace mortise
