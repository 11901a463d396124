// The calls about a socket as a handle of this process.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/new_descriptor.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/sockets.h"
#include "mortise/platform/winsock/startup.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

HANDLE AsKernelHandle(NativeHandle handle) {
  return reinterpret_cast<HANDLE>(AsSocket(handle));
}

}  // namespace

SysResult<SocketDescription> Sockets::Describe(NativeHandle handle) {
  // Another library may have made the handle, and this may be the first call of
  // the program on it.
  if (const int error = StartUp()) return {SocketDescription(), error};
  WSAPROTOCOL_INFOW info;
  int size = sizeof(info);
  if (getsockopt(AsSocket(handle), SOL_SOCKET, SO_PROTOCOL_INFOW,
                 reinterpret_cast<char*>(&info), &size) == SOCKET_ERROR) {
    return {SocketDescription(), WSAGetLastError()};
  }
  return {{info.iAddressFamily, info.iSocketType, info.iProtocol}, 0};
}

SysResult<bool> Sockets::GetInheritable(NativeHandle handle) {
  DWORD flags = 0;
  if (!GetHandleInformation(AsKernelHandle(handle), &flags)) {
    return {false, static_cast<int>(GetLastError())};
  }
  return {(flags & HANDLE_FLAG_INHERIT) != 0, 0};
}

SysResult<void> Sockets::SetInheritable(NativeHandle handle, bool inheritable) {
  if (!SetHandleInformation(AsKernelHandle(handle), HANDLE_FLAG_INHERIT,
                            inheritable ? HANDLE_FLAG_INHERIT : 0)) {
    return {static_cast<int>(GetLastError())};
  }
  return {};
}

SysResult<std::size_t> Sockets::Ioctl(NativeHandle handle,
                                      std::uint32_t request,
                                      absl::Span<const char> in,
                                      absl::Span<char> out) {
  DWORD size = 0;
  if (WSAIoctl(AsSocket(handle), request, const_cast<char*>(in.data()),
               static_cast<DWORD>(CutLength(in.size())), out.data(),
               static_cast<DWORD>(CutLength(out.size())), &size, nullptr,
               nullptr) == SOCKET_ERROR) {
    return {0, WSAGetLastError()};
  }
  return {size, 0};
}

SysResult<std::string> Sockets::Share(NativeHandle handle,
                                      std::uint32_t process_id) {
  WSAPROTOCOL_INFOW info;
  if (WSADuplicateSocketW(AsSocket(handle), process_id, &info) ==
      SOCKET_ERROR) {
    return {std::string(), WSAGetLastError()};
  }
  return {std::string(reinterpret_cast<const char*>(&info), sizeof(info)), 0};
}

SysResult<NativeHandle> Sockets::FromShare(absl::string_view info) {
  WSAPROTOCOL_INFOW native;
  if (info.size() != sizeof(native)) return {NativeHandle(), WSAEINVAL};
  std::memcpy(&native, info.data(), sizeof(native));
  return NewShared(native);
}

}  // namespace winsock
}  // namespace mortise
