#include "mortise/platform/winsock/files.h"

#include <io.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>

#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/extension.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/platform/winsock/system_call.h"

namespace mortise {
namespace winsock {
namespace {

Extension<LPFN_TRANSMITFILE> transmit_file(WSAID_TRANSMITFILE);

// The most bytes that TransmitFile takes per call. 0 would mean the whole file.
constexpr std::uint64_t kMaxSent = std::numeric_limits<std::int32_t>::max() - 1;

// Returns the file of `handle`, or INVALID_HANDLE_VALUE for a number that a
// HANDLE has too few bits for.
HANDLE AsFile(NativeHandle handle) {
  const auto file = static_cast<std::intptr_t>(handle.value());
  return file == handle.value() ? reinterpret_cast<HANDLE>(file)
                                : INVALID_HANDLE_VALUE;
}

SysResult<std::size_t> SizeOrLastError(BOOL done, DWORD size) {
  if (!done) return {0, static_cast<int>(GetLastError())};
  return {size, 0};
}

// Only a file on a disk has offsets.
bool HasOffsets(HANDLE file) { return GetFileType(file) == FILE_TYPE_DISK; }

// A position in a file, and the event that tells when a read or a send there
// has ended. The file or the socket itself does not tell that reliably, because
// other threads may be using it.
class At {
 public:
  explicit At(std::uint64_t offset)
      : event_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
    overlapped_.Offset = static_cast<DWORD>(offset);
    overlapped_.OffsetHigh = static_cast<DWORD>(offset >> 32);
    overlapped_.hEvent = event_;
  }
  ~At() {
    if (event_ != nullptr) CloseHandle(event_);
  }
  At(const At&) = delete;
  At& operator=(const At&) = delete;

  // False if there is no event. GetLastError then tells why.
  bool valid() const { return event_ != nullptr; }
  OVERLAPPED* get() { return &overlapped_; }

 private:
  const HANDLE event_;
  OVERLAPPED overlapped_ = {};
};

// While an object lives, a file may be read at any offset, although Windows
// moves the file's position with every read. The destructor puts the position
// back.
class PlaceKeeper {
 public:
  explicit PlaceKeeper(HANDLE file)
      : file_(file),
        known_(SetFilePointerEx(file, LARGE_INTEGER(), &place_, FILE_CURRENT)) {
  }
  ~PlaceKeeper() {
    const DWORD error = GetLastError();
    if (known_) SetFilePointerEx(file_, place_, nullptr, FILE_BEGIN);
    SetLastError(error);
  }
  PlaceKeeper(const PlaceKeeper&) = delete;
  PlaceKeeper& operator=(const PlaceKeeper&) = delete;

 private:
  const HANDLE file_;
  LARGE_INTEGER place_ = {};
  const BOOL known_;
};

// Calls ReadFile and waits until it has ended, whether the file was opened for
// overlapped reads or not. At the end of a file or a pipe, returns 0 bytes.
SysResult<std::size_t> Read(HANDLE file, std::uint64_t offset,
                            absl::Span<char> buffer) {
  At at(offset);
  if (!at.valid()) return SizeOrLastError(FALSE, 0);
  DWORD size = 0;
  BOOL done =
      ReadFile(file, buffer.data(),
               static_cast<DWORD>(CutLength(buffer.size())), &size, at.get());
  if (!done && GetLastError() == ERROR_IO_PENDING) {
    done = GetOverlappedResult(file, at.get(), &size, TRUE);
  }
  const SysResult<std::size_t> read = SizeOrLastError(done, size);
  if (read.error == ERROR_HANDLE_EOF || read.error == ERROR_BROKEN_PIPE) {
    return {0, 0};
  }
  return read;
}

// The errors of Windows for sockets that TransmitFile does not support. These
// are AF_UNIX sockets, and all sockets if another program has put itself in
// front of Winsock.
bool CannotTransmit(int error) {
  return error == WSAEOPNOTSUPP || error == WSAEINVAL ||
         error == ERROR_NOT_SUPPORTED || error == ERROR_INVALID_FUNCTION ||
         error == ERROR_INVALID_PARAMETER;
}

}  // namespace

bool Files::IsHandle(NativeHandle file) const {
  return AsFile(file) != INVALID_HANDLE_VALUE;
}

SysResult<std::size_t> Files::SendFile(NativeHandle socket, bool blocking,
                                       NativeHandle file, std::uint64_t offset,
                                       std::size_t count) {
  // TransmitFile goes on until everything is sent, in any mode of the socket.
  // If it is stopped halfway, it does not tell how much it has sent.
  if (!blocking) return {0, kNotSupportedError};
  const HANDLE handle = AsFile(file);
  LARGE_INTEGER end;
  if (!HasOffsets(handle) || !GetFileSizeEx(handle, &end)) {
    return {0, kNotSupportedError};
  }
  // TransmitFile fails if it is asked for more bytes than the file has.
  const auto size = static_cast<std::uint64_t>(end.QuadPart);
  const auto sent = static_cast<DWORD>(std::min(
      {std::uint64_t{count}, kMaxSent, size - std::min(size, offset)}));
  if (sent == 0) return {0, 0};

  const LPFN_TRANSMITFILE transmit = transmit_file.Get(AsSocket(socket));
  if (transmit == nullptr) return {0, kNotSupportedError};
  At at(offset);
  if (!at.valid()) return SizeOrLastError(FALSE, 0);
  const PlaceKeeper keeper(handle);
  DWORD transmitted = 0;
  DWORD flags = 0;
  if (!transmit(AsSocket(socket), handle, sent, 0, at.get(), nullptr, 0)) {
    const int error = WSAGetLastError();
    if (CannotTransmit(error)) return {0, kNotSupportedError};
    if (error != WSA_IO_PENDING) return {0, error};
  }
  if (!WSAGetOverlappedResult(AsSocket(socket), at.get(), &transmitted, TRUE,
                              &flags)) {
    return {0, WSAGetLastError()};
  }
  return {transmitted, 0};
}

SysResult<std::size_t> Files::ReadAt(NativeHandle file, std::uint64_t offset,
                                     absl::Span<char> buffer) {
  const HANDLE handle = AsFile(file);
  if (!HasOffsets(handle)) {
    // A handle that is not a file has no type either.
    DWORD flags = 0;
    if (!GetHandleInformation(handle, &flags)) return SizeOrLastError(FALSE, 0);
    return {0, kNotSupportedError};
  }
  const PlaceKeeper keeper(handle);
  return Read(handle, offset, buffer);
}

SysResult<std::size_t> Files::ReadNext(NativeHandle file,
                                       absl::Span<char> buffer) {
  return Read(AsFile(file), 0, buffer);
}

}  // namespace winsock
}  // namespace mortise
