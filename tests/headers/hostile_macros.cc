// A program may define macros with the OS's names itself, as old code does if a
// header lacks them. It may also undefine such macros.

#define AF_INET mine
#define AF_UNIX 99
#define AF_UNSPEC "none"
#define INADDR_ANY (-1)
#define INVALID_SOCKET (~0)
#define IPPROTO_TCP mine
#define MSG_NOSIGNAL 0
#define SHUT_RDWR 7
#define SOCK_STREAM 12345
#define SOL_SOCKET mine
#define SO_REUSEADDR 12345

#include "mortise/tests/headers/all_headers.inc"

#undef SO_REUSEADDR
#undef SOCK_STREAM

namespace {

static_assert(mortise::kSoReuseaddr != 12345, "");
static_assert(mortise::kSockStream != 12345, "");
static_assert(mortise::kAfUnix != 99, "");

}  // namespace
