// How sockets are born: not inherited by child processes, deaf to what ICMP
// says about datagrams that were sent before, and in pairs.

#ifndef MORTISE_PLATFORM_WINSOCK_NEW_DESCRIPTOR_H_
#define MORTISE_PLATFORM_WINSOCK_NEW_DESCRIPTOR_H_

#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sock_addr_codec.h"

namespace mortise {
namespace winsock {

SysResult<NativeHandle> NewSocket(int family, int type, int protocol);
// Windows has no socketpair(2). Two sockets of AF_INET or AF_INET6 that are
// connected over the loopback address, and to nobody else.
SysResult<HandlePair> NewSocketPair(int family, int type, int protocol);
// `peer` is untouched iff this fails. The new socket is blocking.
SysResult<NativeHandle> NewAccepted(SOCKET listener, NativeAddress* peer);
SysResult<NativeHandle> NewDuplicate(SOCKET socket);

// What WSADuplicateSocketW has described for this process.
SysResult<NativeHandle> NewShared(const WSAPROTOCOL_INFOW& info);

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_NEW_DESCRIPTOR_H_
