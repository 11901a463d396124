// Creates sockets, and pairs of sockets. Child processes do not inherit them,
// and ICMP messages about datagrams that were sent before are not errors of
// later receives.
//
// All functions here are thread-safe.

#ifndef MORTISE_PLATFORM_WINSOCK_NEW_DESCRIPTOR_H_
#define MORTISE_PLATFORM_WINSOCK_NEW_DESCRIPTOR_H_

#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sock_addr_codec.h"

namespace mortise {
namespace winsock {

// Makes a socket: WSASocketW. Fails with kNotSupportedError if this Windows has
// no AF_UNIX sockets of the type.
SysResult<NativeHandle> NewSocket(int family, int type, int protocol);
// Windows has no socketpair(2). Makes two sockets of AF_INET or AF_INET6 that
// are connected to each other over the loopback address, and to no other
// socket.
SysResult<HandlePair> NewSocketPair(int family, int type, int protocol);
// Accepts a connection. The new socket is blocking, whatever the mode of the
// listener is. If this fails, `*peer` is unchanged.
SysResult<NativeHandle> NewAccepted(SOCKET listener, NativeAddress* peer);
// Makes a duplicate of `socket` in this process: WSADuplicateSocketW.
SysResult<NativeHandle> NewDuplicate(SOCKET socket);

// Makes a socket of what WSADuplicateSocketW has described for this process.
SysResult<NativeHandle> NewShared(const WSAPROTOCOL_INFOW& info);

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_NEW_DESCRIPTOR_H_
