#include "mortise/platform/posix/errors.h"

#include <netdb.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"

namespace mortise {
namespace posix {
namespace {

// Every name that some POSIX system lacks is in an #ifdef.
constexpr ErrorMapping kErrno[] = {
    // These two come first because every wait looks for them.
    {EAGAIN, ErrorCode::kEagain},
    {EINTR, ErrorCode::kEintr},
    {EACCES, ErrorCode::kEacces},
    {EADDRINUSE, ErrorCode::kEaddrinuse},
    {EADDRNOTAVAIL, ErrorCode::kEaddrnotavail},
    {EAFNOSUPPORT, ErrorCode::kEafnosupport},
    {EALREADY, ErrorCode::kEalready},
    {EBADF, ErrorCode::kEbadf},
    {ECANCELED, ErrorCode::kEcanceled},
    {ECONNABORTED, ErrorCode::kEconnaborted},
    {ECONNREFUSED, ErrorCode::kEconnrefused},
    {ECONNRESET, ErrorCode::kEconnreset},
    {EDESTADDRREQ, ErrorCode::kEdestaddrreq},
    {EDQUOT, ErrorCode::kEdquot},
    {EEXIST, ErrorCode::kEexist},
    {EFAULT, ErrorCode::kEfault},
#ifdef EHOSTDOWN
    {EHOSTDOWN, ErrorCode::kEhostdown},
#endif
    {EHOSTUNREACH, ErrorCode::kEhostunreach},
    {EILSEQ, ErrorCode::kEilseq},
    {EINPROGRESS, ErrorCode::kEinprogress},
    {EINVAL, ErrorCode::kEinval},
    {EIO, ErrorCode::kEio},
    {EISCONN, ErrorCode::kEisconn},
    {EISDIR, ErrorCode::kEisdir},
    {ELOOP, ErrorCode::kEloop},
    {EMFILE, ErrorCode::kEmfile},
    {EMSGSIZE, ErrorCode::kEmsgsize},
    {ENAMETOOLONG, ErrorCode::kEnametoolong},
    {ENETDOWN, ErrorCode::kEnetdown},
    {ENETRESET, ErrorCode::kEnetreset},
    {ENETUNREACH, ErrorCode::kEnetunreach},
    {ENFILE, ErrorCode::kEnfile},
    {ENOBUFS, ErrorCode::kEnobufs},
    {ENODEV, ErrorCode::kEnodev},
    {ENOENT, ErrorCode::kEnoent},
    {ENOMEM, ErrorCode::kEnomem},
#ifdef ENONET
    {ENONET, ErrorCode::kEnonet},
#endif
    {ENOPROTOOPT, ErrorCode::kEnoprotoopt},
    {ENOSPC, ErrorCode::kEnospc},
    {ENOSYS, ErrorCode::kEnosys},
    {ENOTCONN, ErrorCode::kEnotconn},
    {ENOTDIR, ErrorCode::kEnotdir},
    {ENOTSOCK, ErrorCode::kEnotsock},
    {ENXIO, ErrorCode::kEnxio},
    {EOPNOTSUPP, ErrorCode::kEopnotsupp},
#if ENOTSUP != EOPNOTSUPP
    {ENOTSUP, ErrorCode::kEopnotsupp},
#endif
    {EOVERFLOW, ErrorCode::kEoverflow},
    {EPERM, ErrorCode::kEperm},
#ifdef EPFNOSUPPORT
    {EPFNOSUPPORT, ErrorCode::kEpfnosupport},
#endif
    {EPIPE, ErrorCode::kEpipe},
    {EPROTO, ErrorCode::kEproto},
    {EPROTONOSUPPORT, ErrorCode::kEprotonosupport},
    {EPROTOTYPE, ErrorCode::kEprototype},
    {EROFS, ErrorCode::kErofs},
#ifdef ESHUTDOWN
    {ESHUTDOWN, ErrorCode::kEshutdown},
#endif
#ifdef ESOCKTNOSUPPORT
    {ESOCKTNOSUPPORT, ErrorCode::kEsocktnosupport},
#endif
    {ETIMEDOUT, ErrorCode::kEtimedout},
#ifdef ETOOMANYREFS
    {ETOOMANYREFS, ErrorCode::kEtoomanyrefs},
#endif
#ifdef EUSERS
    {EUSERS, ErrorCode::kEusers},
#endif
#if EWOULDBLOCK != EAGAIN
    {EWOULDBLOCK, ErrorCode::kEagain},
#endif
};

constexpr ErrorMapping kGetAddrInfo[] = {
#ifdef EAI_ADDRFAMILY
    {EAI_ADDRFAMILY, ErrorCode::kEaiAddrfamily},
#endif
    {EAI_AGAIN, ErrorCode::kEaiAgain},
    {EAI_BADFLAGS, ErrorCode::kEaiBadflags},
    {EAI_FAIL, ErrorCode::kEaiFail},
    {EAI_FAMILY, ErrorCode::kEaiFamily},
    {EAI_MEMORY, ErrorCode::kEaiMemory},
#if defined(EAI_NODATA) && EAI_NODATA != EAI_NONAME
    {EAI_NODATA, ErrorCode::kEaiNodata},
#endif
    {EAI_NONAME, ErrorCode::kEaiNoname},
#ifdef EAI_OVERFLOW
    {EAI_OVERFLOW, ErrorCode::kEaiOverflow},
#endif
    {EAI_SERVICE, ErrorCode::kEaiService},
    {EAI_SOCKTYPE, ErrorCode::kEaiSocktype},
    {EAI_SYSTEM, ErrorCode::kEaiSystem},
};

constexpr ErrorMapping kHostLookup[] = {
    {HOST_NOT_FOUND, ErrorCode::kHostNotFound},
    {NO_DATA, ErrorCode::kNoData},
    {NO_RECOVERY, ErrorCode::kNoRecovery},
    {TRY_AGAIN, ErrorCode::kTryAgain},
};

}  // namespace

constexpr ErrorTable kErrors = {kErrno, kGetAddrInfo, kHostLookup};

std::string Errors::Text(ErrorDomain domain, int native) const {
  switch (domain) {
    case ErrorDomain::kOs:
      return std::generic_category().message(native);
    case ErrorDomain::kGetAddrInfo:
      return gai_strerror(native);
    case ErrorDomain::kHostLookup:
      return hstrerror(native);
    default:
      return absl::StrCat("error ", native);
  }
}

}  // namespace posix
}  // namespace mortise
