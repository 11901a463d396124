#include "mortise/platform/winsock/errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/utf8.h"

namespace mortise {
namespace winsock {
namespace {

// If several numbers have the same meaning, Winsock's own number comes first,
// because ErrorTable::Native returns the first one.
constexpr ErrorMapping kOs[] = {
    // This one comes first because every wait looks for it.
    {WSAEWOULDBLOCK, ErrorCode::kEagain},
    {WSAEACCES, ErrorCode::kEacces},
    {WSAEADDRINUSE, ErrorCode::kEaddrinuse},
    {WSAEADDRNOTAVAIL, ErrorCode::kEaddrnotavail},
    {WSAEAFNOSUPPORT, ErrorCode::kEafnosupport},
    {WSAEALREADY, ErrorCode::kEalready},
    {WSAEBADF, ErrorCode::kEbadf},
    {WSAECANCELLED, ErrorCode::kEcanceled},
    {WSAECONNABORTED, ErrorCode::kEconnaborted},
    {WSAECONNREFUSED, ErrorCode::kEconnrefused},
    {WSAECONNRESET, ErrorCode::kEconnreset},
    {WSAEDESTADDRREQ, ErrorCode::kEdestaddrreq},
    // The peer has closed a connection whose protocol has a graceful end.
    {WSAEDISCON, ErrorCode::kEpipe},
    {WSAEDQUOT, ErrorCode::kEdquot},
    {WSAEFAULT, ErrorCode::kEfault},
    {WSAEHOSTDOWN, ErrorCode::kEhostdown},
    {WSAEHOSTUNREACH, ErrorCode::kEhostunreach},
    {WSAEINPROGRESS, ErrorCode::kEinprogress},
    {WSAEINTR, ErrorCode::kEintr},
    {WSAEINVAL, ErrorCode::kEinval},
    {WSAEISCONN, ErrorCode::kEisconn},
    {WSAELOOP, ErrorCode::kEloop},
    {WSAEMFILE, ErrorCode::kEmfile},
    {WSAEMSGSIZE, ErrorCode::kEmsgsize},
    {WSAENAMETOOLONG, ErrorCode::kEnametoolong},
    {WSAENETDOWN, ErrorCode::kEnetdown},
    {WSAENETRESET, ErrorCode::kEnetreset},
    {WSAENETUNREACH, ErrorCode::kEnetunreach},
    {WSAENOBUFS, ErrorCode::kEnobufs},
    {WSAENOPROTOOPT, ErrorCode::kEnoprotoopt},
    {WSAENOTCONN, ErrorCode::kEnotconn},
    {WSAENOTSOCK, ErrorCode::kEnotsock},
    {WSAEOPNOTSUPP, ErrorCode::kEopnotsupp},
    {WSAEPFNOSUPPORT, ErrorCode::kEpfnosupport},
    {WSAEPROTONOSUPPORT, ErrorCode::kEprotonosupport},
    {WSAEPROTOTYPE, ErrorCode::kEprototype},
    {WSAESHUTDOWN, ErrorCode::kEshutdown},
    {WSAESOCKTNOSUPPORT, ErrorCode::kEsocktnosupport},
    {WSAETIMEDOUT, ErrorCode::kEtimedout},
    {WSAETOOMANYREFS, ErrorCode::kEtoomanyrefs},
    {WSAEUSERS, ErrorCode::kEusers},

    // General numbers of Windows. Winsock returns them if a driver has failed
    // and its error was not translated.
    {ERROR_ACCESS_DENIED, ErrorCode::kEacces},
    {ERROR_BAD_NETPATH, ErrorCode::kEhostunreach},
    {ERROR_BAD_PATHNAME, ErrorCode::kEnoent},
    {ERROR_BROKEN_PIPE, ErrorCode::kEpipe},
    {ERROR_CONNECTION_ABORTED, ErrorCode::kEconnaborted},
    {ERROR_CONNECTION_REFUSED, ErrorCode::kEconnrefused},
    {ERROR_DEV_NOT_EXIST, ErrorCode::kEnodev},
    {ERROR_FILE_EXISTS, ErrorCode::kEexist},
    {ERROR_FILE_NOT_FOUND, ErrorCode::kEnoent},
    {ERROR_GRACEFUL_DISCONNECT, ErrorCode::kEpipe},
    {ERROR_HOST_UNREACHABLE, ErrorCode::kEhostunreach},
    {ERROR_INVALID_DRIVE, ErrorCode::kEnoent},
    {ERROR_INVALID_HANDLE, ErrorCode::kEbadf},  // WSA_INVALID_HANDLE
    {ERROR_INVALID_PARAMETER, ErrorCode::kEinval},
    {ERROR_NETNAME_DELETED, ErrorCode::kEconnreset},
    {ERROR_NETWORK_UNREACHABLE, ErrorCode::kEnetunreach},
    {ERROR_NOT_ENOUGH_MEMORY, ErrorCode::kEnomem},  // WSA_NOT_ENOUGH_MEMORY
    {ERROR_NOT_SUPPORTED, ErrorCode::kEopnotsupp},
    {ERROR_NO_SYSTEM_RESOURCES, ErrorCode::kEnobufs},
    {ERROR_NO_UNICODE_TRANSLATION, ErrorCode::kEilseq},
    {ERROR_OPERATION_ABORTED, ErrorCode::kEcanceled},  // WSA_OPERATION_ABORTED
    {ERROR_OUTOFMEMORY, ErrorCode::kEnomem},
    {ERROR_PATH_NOT_FOUND, ErrorCode::kEnoent},
    {ERROR_PORT_UNREACHABLE, ErrorCode::kEconnrefused},
    {ERROR_PROTOCOL_UNREACHABLE, ErrorCode::kEnetunreach},
    {ERROR_SEM_TIMEOUT, ErrorCode::kEtimedout},
    {ERROR_TOO_MANY_OPEN_FILES, ErrorCode::kEmfile},
};

// GetAddrInfoW fails with Winsock's numbers, for which EAI_* are other names.
// In Microsoft's headers EAI_NODATA is the same as EAI_NONAME. The number for
// "the name exists, and has no address" has its own code here all the same.
constexpr ErrorMapping kGetAddrInfo[] = {
    {WSATRY_AGAIN, ErrorCode::kEaiAgain},
    {WSAEINVAL, ErrorCode::kEaiBadflags},
    {WSANO_RECOVERY, ErrorCode::kEaiFail},
    {WSAEAFNOSUPPORT, ErrorCode::kEaiFamily},
    {WSA_NOT_ENOUGH_MEMORY, ErrorCode::kEaiMemory},
    {WSANO_DATA, ErrorCode::kEaiNodata},
    {WSAHOST_NOT_FOUND, ErrorCode::kEaiNoname},
    {WSATYPE_NOT_FOUND, ErrorCode::kEaiService},
    {WSAESOCKTNOSUPPORT, ErrorCode::kEaiSocktype},
};

constexpr ErrorMapping kHostLookup[] = {
    {WSAHOST_NOT_FOUND, ErrorCode::kHostNotFound},
    {WSANO_DATA, ErrorCode::kNoData},
    {WSANO_RECOVERY, ErrorCode::kNoRecovery},
    {WSATRY_AGAIN, ErrorCode::kTryAgain},
};

}  // namespace

constexpr ErrorTable kErrors = {kOs, kGetAddrInfo, kHostLookup};

std::string Errors::Text(ErrorDomain, int native) const {
  // All domains share the same numbers. The text is in the user's language and
  // on one line. Places in it for inserted words stay as they are.
  wchar_t* text = nullptr;
  const DWORD size = FormatMessageW(
      FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
          FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
      nullptr, static_cast<DWORD>(native), 0, reinterpret_cast<wchar_t*>(&text),
      0, nullptr);
  if (size == 0) return absl::StrCat("error ", native);
  std::string narrow = Narrow(text);
  LocalFree(text);
  // The text is a sentence in Windows. Here it is a part of one, without a
  // period.
  while (!narrow.empty() && (narrow.back() == ' ' || narrow.back() == '.')) {
    narrow.pop_back();
  }
  return narrow;
}

}  // namespace winsock
}  // namespace mortise
