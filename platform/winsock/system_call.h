// The vocabulary that the files of this folder share: how a handle becomes a
// SOCKET, and how the result of a Winsock call becomes a SysResult.

#ifndef MORTISE_PLATFORM_WINSOCK_SYSTEM_CALL_H_
#define MORTISE_PLATFORM_WINSOCK_SYSTEM_CALL_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {

// Returns the SOCKET of `handle`. A handle has 64 bits, a SOCKET as many as a
// pointer. A handle that cannot be a SOCKET becomes INVALID_SOCKET, for which
// every call returns WSAENOTSOCK.
inline SOCKET AsSocket(NativeHandle handle) {
  const auto socket = static_cast<SOCKET>(handle.value());
  const bool fits = handle.value() >= 0 &&
                    static_cast<std::int64_t>(socket) == handle.value();
  return fits ? socket : INVALID_SOCKET;
}

inline NativeHandle AsHandle(SOCKET socket) { return NativeHandle(socket); }

// Winsock counts in `int`. A longer length is cut, because any send or receive
// may do less than was asked for.
inline int CutLength(std::size_t size) {
  return static_cast<int>(
      std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

// For calls that return 0 or SOCKET_ERROR.
inline SysResult<void> DoneOrError(int result) {
  return {result == SOCKET_ERROR ? WSAGetLastError() : 0};
}

// For calls that return a SOCKET or INVALID_SOCKET.
inline SysResult<NativeHandle> HandleOrError(SOCKET socket) {
  if (socket == INVALID_SOCKET) return {NativeHandle(), WSAGetLastError()};
  return {AsHandle(socket), 0};
}

// For calls that return a number of bytes or SOCKET_ERROR.
inline SysResult<std::size_t> SizeOrError(int result) {
  if (result == SOCKET_ERROR) return {0, WSAGetLastError()};
  return {static_cast<std::size_t>(result), 0};
}

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_SYSTEM_CALL_H_
