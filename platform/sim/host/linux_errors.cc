#include "mortise/platform/sim/host/linux_errors.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "mortise/platform/constants/linux/values.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"

namespace mortise {
namespace sim {
namespace {

// A number, what it means, and what glibc says about it.
struct Row {
  int native;
  ErrorCode code;
  const char* text;
};

constexpr Row kOs[] = {
    // These two come first because every wait looks for them.
    {os_linux::kEagain, ErrorCode::kEagain, "Resource temporarily unavailable"},
    {os_linux::kEintr, ErrorCode::kEintr, "Interrupted system call"},
    {os_linux::kEacces, ErrorCode::kEacces, "Permission denied"},
    {os_linux::kEaddrinuse, ErrorCode::kEaddrinuse, "Address already in use"},
    {os_linux::kEaddrnotavail, ErrorCode::kEaddrnotavail,
     "Cannot assign requested address"},
    {os_linux::kEafnosupport, ErrorCode::kEafnosupport,
     "Address family not supported by protocol"},
    {os_linux::kEalready, ErrorCode::kEalready,
     "Operation already in progress"},
    {os_linux::kEbadf, ErrorCode::kEbadf, "Bad file descriptor"},
    {os_linux::kEcanceled, ErrorCode::kEcanceled, "Operation canceled"},
    {os_linux::kEconnaborted, ErrorCode::kEconnaborted,
     "Software caused connection abort"},
    {os_linux::kEconnrefused, ErrorCode::kEconnrefused, "Connection refused"},
    {os_linux::kEconnreset, ErrorCode::kEconnreset, "Connection reset by peer"},
    {os_linux::kEdestaddrreq, ErrorCode::kEdestaddrreq,
     "Destination address required"},
    {os_linux::kEdquot, ErrorCode::kEdquot, "Disk quota exceeded"},
    {os_linux::kEexist, ErrorCode::kEexist, "File exists"},
    {os_linux::kEfault, ErrorCode::kEfault, "Bad address"},
    {os_linux::kEhostdown, ErrorCode::kEhostdown, "Host is down"},
    {os_linux::kEhostunreach, ErrorCode::kEhostunreach, "No route to host"},
    {os_linux::kEilseq, ErrorCode::kEilseq,
     "Invalid or incomplete multibyte or wide character"},
    {os_linux::kEinprogress, ErrorCode::kEinprogress,
     "Operation now in progress"},
    {os_linux::kEinval, ErrorCode::kEinval, "Invalid argument"},
    {os_linux::kEio, ErrorCode::kEio, "Input/output error"},
    {os_linux::kEisconn, ErrorCode::kEisconn,
     "Transport endpoint is already connected"},
    {os_linux::kEisdir, ErrorCode::kEisdir, "Is a directory"},
    {os_linux::kEloop, ErrorCode::kEloop, "Too many levels of symbolic links"},
    {os_linux::kEmfile, ErrorCode::kEmfile, "Too many open files"},
    {os_linux::kEmsgsize, ErrorCode::kEmsgsize, "Message too long"},
    {os_linux::kEnametoolong, ErrorCode::kEnametoolong, "File name too long"},
    {os_linux::kEnetdown, ErrorCode::kEnetdown, "Network is down"},
    {os_linux::kEnetreset, ErrorCode::kEnetreset,
     "Network dropped connection on reset"},
    {os_linux::kEnetunreach, ErrorCode::kEnetunreach, "Network is unreachable"},
    {os_linux::kEnfile, ErrorCode::kEnfile, "Too many open files in system"},
    {os_linux::kEnobufs, ErrorCode::kEnobufs, "No buffer space available"},
    {os_linux::kEnodev, ErrorCode::kEnodev, "No such device"},
    {os_linux::kEnoent, ErrorCode::kEnoent, "No such file or directory"},
    {os_linux::kEnomem, ErrorCode::kEnomem, "Cannot allocate memory"},
    {os_linux::kEnonet, ErrorCode::kEnonet, "Machine is not on the network"},
    {os_linux::kEnoprotoopt, ErrorCode::kEnoprotoopt, "Protocol not available"},
    {os_linux::kEnospc, ErrorCode::kEnospc, "No space left on device"},
    {os_linux::kEnosys, ErrorCode::kEnosys, "Function not implemented"},
    {os_linux::kEnotconn, ErrorCode::kEnotconn,
     "Transport endpoint is not connected"},
    {os_linux::kEnotdir, ErrorCode::kEnotdir, "Not a directory"},
    {os_linux::kEnotsock, ErrorCode::kEnotsock,
     "Socket operation on non-socket"},
    {os_linux::kEnxio, ErrorCode::kEnxio, "No such device or address"},
    {os_linux::kEopnotsupp, ErrorCode::kEopnotsupp, "Operation not supported"},
    {os_linux::kEoverflow, ErrorCode::kEoverflow,
     "Value too large for defined data type"},
    {os_linux::kEperm, ErrorCode::kEperm, "Operation not permitted"},
    {os_linux::kEpfnosupport, ErrorCode::kEpfnosupport,
     "Protocol family not supported"},
    {os_linux::kEpipe, ErrorCode::kEpipe, "Broken pipe"},
    {os_linux::kEproto, ErrorCode::kEproto, "Protocol error"},
    {os_linux::kEprotonosupport, ErrorCode::kEprotonosupport,
     "Protocol not supported"},
    {os_linux::kEprototype, ErrorCode::kEprototype,
     "Protocol wrong type for socket"},
    {os_linux::kErofs, ErrorCode::kErofs, "Read-only file system"},
    {os_linux::kEshutdown, ErrorCode::kEshutdown,
     "Cannot send after transport endpoint shutdown"},
    {os_linux::kEsocktnosupport, ErrorCode::kEsocktnosupport,
     "Socket type not supported"},
    {os_linux::kEtimedout, ErrorCode::kEtimedout, "Connection timed out"},
    {os_linux::kEtoomanyrefs, ErrorCode::kEtoomanyrefs,
     "Too many references: cannot splice"},
    {os_linux::kEusers, ErrorCode::kEusers, "Too many users"},
};

constexpr Row kGetAddrInfo[] = {
    {os_linux::kEaiAddrfamily, ErrorCode::kEaiAddrfamily,
     "Address family for hostname not supported"},
    {os_linux::kEaiAgain, ErrorCode::kEaiAgain,
     "Temporary failure in name resolution"},
    {os_linux::kEaiBadflags, ErrorCode::kEaiBadflags, "Bad value for ai_flags"},
    {os_linux::kEaiFail, ErrorCode::kEaiFail,
     "Non-recoverable failure in name resolution"},
    {os_linux::kEaiFamily, ErrorCode::kEaiFamily, "ai_family not supported"},
    {os_linux::kEaiMemory, ErrorCode::kEaiMemory, "Memory allocation failure"},
    {os_linux::kEaiNodata, ErrorCode::kEaiNodata,
     "No address associated with hostname"},
    {os_linux::kEaiNoname, ErrorCode::kEaiNoname, "Name or service not known"},
    {os_linux::kEaiOverflow, ErrorCode::kEaiOverflow,
     "Result too large for supplied buffer"},
    {os_linux::kEaiService, ErrorCode::kEaiService,
     "Servname not supported for ai_socktype"},
    {os_linux::kEaiSocktype, ErrorCode::kEaiSocktype,
     "ai_socktype not supported"},
    {os_linux::kEaiSystem, ErrorCode::kEaiSystem, "System error"},
};

constexpr Row kHostLookup[] = {
    {os_linux::kHostNotFound, ErrorCode::kHostNotFound, "Unknown host"},
    {os_linux::kNoData, ErrorCode::kNoData, "No address associated with name"},
    {os_linux::kNoRecovery, ErrorCode::kNoRecovery, "Unknown server error"},
    {os_linux::kTryAgain, ErrorCode::kTryAgain, "Host name lookup failure"},
};

template <std::size_t kSize>
struct Mappings {
  ErrorMapping rows[kSize];
};

template <std::size_t kSize>
constexpr Mappings<kSize> MappingsOf(const Row (&rows)[kSize]) {
  Mappings<kSize> mappings = {};
  for (std::size_t i = 0; i < kSize; ++i) {
    mappings.rows[i] = {rows[i].native, rows[i].code};
  }
  return mappings;
}

constexpr auto kOsMappings = MappingsOf(kOs);
constexpr auto kGetAddrInfoMappings = MappingsOf(kGetAddrInfo);
constexpr auto kHostLookupMappings = MappingsOf(kHostLookup);

absl::Span<const Row> RowsOf(ErrorDomain domain) {
  switch (domain) {
    case ErrorDomain::kOs:
      return kOs;
    case ErrorDomain::kGetAddrInfo:
      return kGetAddrInfo;
    case ErrorDomain::kHostLookup:
      return kHostLookup;
    default:
      return {};
  }
}

}  // namespace

ErrorTable LinuxErrors() {
  return {kOsMappings.rows, kGetAddrInfoMappings.rows,
          kHostLookupMappings.rows};
}

std::string LinuxErrorText(ErrorDomain domain, int native) {
  for (const Row& row : RowsOf(domain)) {
    if (row.native == native) return row.text;
  }
  return absl::StrCat("Unknown error ", native);
}

}  // namespace sim
}  // namespace mortise
