#include "mortise/platform/winsock/afd.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "mortise/platform/sys_result.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace winsock {
namespace {

// Values of NTSTATUS. <ntstatus.h> conflicts with <windows.h>.
constexpr auto kCancelled = static_cast<NTSTATUS>(0xC0000120);
constexpr auto kNoMemory = static_cast<NTSTATUS>(0xC0000017);
constexpr auto kInsufficientResources = static_cast<NTSTATUS>(0xC000009A);
constexpr auto kTooManyOpenFiles = static_cast<NTSTATUS>(0xC000011F);

// The libraries that programs link by default do not have this function.
decltype(&NtCreateFile) FindNtCreateFile() {
  static const auto function =
      reinterpret_cast<decltype(&NtCreateFile)>(reinterpret_cast<void*>(
          GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtCreateFile")));
  return function;
}

// Opens the driver. It ignores what follows its name. That part shows, in a
// list of the handles of a process, which library has opened this one.
SysResult<HANDLE> OpenDriver() {
  const auto create = FindNtCreateFile();
  if (create == nullptr) return {INVALID_HANDLE_VALUE, kNotSupportedError};
  wchar_t name[] = L"\\Device\\Afd\\Mortise";
  UNICODE_STRING string = {};
  string.Length = sizeof(name) - sizeof(*name);
  string.MaximumLength = sizeof(name);
  string.Buffer = name;
  OBJECT_ATTRIBUTES attributes = {};
  attributes.Length = sizeof(attributes);
  attributes.ObjectName = &string;
  HANDLE driver = INVALID_HANDLE_VALUE;
  IO_STATUS_BLOCK unused;
  const NTSTATUS status =
      create(&driver, SYNCHRONIZE, &attributes, &unused, nullptr, 0,
             FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, nullptr, 0);
  switch (status) {
    case 0:
      return {driver, 0};
    case kNoMemory:
    case kInsufficientResources:
    case kTooManyOpenFiles:
      return {INVALID_HANDLE_VALUE, WSAENOBUFS};
    default:
      return {INVALID_HANDLE_VALUE, kNotSupportedError};
  }
}

void Fill(SOCKET base, std::uint32_t mask, std::int64_t timeout,
          AfdPoll* poll) {
  *poll = {};
  poll->info.timeout.QuadPart = timeout;
  poll->info.handle_count = 1;
  // Another poll of the same socket is not ended by this one.
  poll->info.is_exclusive = FALSE;
  poll->info.handles[0].handle = reinterpret_cast<HANDLE>(base);
  poll->info.handles[0].events = mask;
}

// Returns 0, ERROR_IO_PENDING, or another error.
DWORD Submit(HANDLE driver, AfdPoll& poll) {
  // Also if the answer is there at once, a packet comes, unless the poll has an
  // event that is marked.
  if (DeviceIoControl(driver, IOCTL_AFD_POLL, &poll.info, sizeof(poll.info),
                      &poll.info, sizeof(poll.info), nullptr,
                      &poll.overlapped) != 0) {
    return 0;
  }
  return GetLastError();
}

// As Winsock calls it.
int ErrorOf(DWORD error) {
  switch (error) {
    case ERROR_INVALID_HANDLE:
      return WSAENOTSOCK;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_NO_SYSTEM_RESOURCES:
      return WSAENOBUFS;
    default:
      // A socket that is not the driver's.
      return kNotSupportedError;
  }
}

// Returns INVALID_SOCKET if there is none.
SOCKET AskForSocket(SOCKET socket, DWORD code) {
  SOCKET found = INVALID_SOCKET;
  DWORD size = 0;
  return WSAIoctl(socket, code, nullptr, 0, &found, sizeof(found), &size,
                  nullptr, nullptr) == 0
             ? found
             : INVALID_SOCKET;
}

}  // namespace

SysResult<SOCKET> BaseSocket(SOCKET socket) {
  // A provider should pass SIO_BASE_HANDLE on, and some do not. They do pass on
  // what select and WSAPoll need: the socket below, which is then asked. There
  // are not many providers, and a lie must not make this go on for ever.
  constexpr int kMostProviders = 16;
  for (int i = 0; i < kMostProviders; ++i) {
    const SOCKET base = AskForSocket(socket, SIO_BASE_HANDLE);
    if (base != INVALID_SOCKET) return {base, 0};
    if (WSAGetLastError() == WSAENOTSOCK) return {base, WSAENOTSOCK};
    SOCKET below = AskForSocket(socket, SIO_BSP_HANDLE_SELECT);
    if (below == INVALID_SOCKET || below == socket) {
      below = AskForSocket(socket, SIO_BSP_HANDLE_POLL);
    }
    if (below == INVALID_SOCKET || below == socket) break;
    socket = below;
  }
  return {INVALID_SOCKET, kNotSupportedError};
}

SysResult<std::unique_ptr<Afd>> Afd::Open(HANDLE port) {
  const SysResult<HANDLE> driver = OpenDriver();
  if (!driver.ok()) return {nullptr, driver.error};
  const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  if (event == nullptr) {
    CloseHandle(driver.value);
    return {nullptr, WSAENOBUFS};
  }
  auto afd = std::make_unique<Afd>(driver.value, event);
  if (CreateIoCompletionPort(driver.value, port, 0, 0) == nullptr) {
    return {nullptr, ErrorOf(GetLastError())};
  }
  return {std::move(afd), 0};
}

Afd::~Afd() {
  CloseHandle(driver_);
  CloseHandle(event_);
}

SysResult<void> Afd::Begin(SOCKET base, std::uint32_t mask, AfdPoll& poll) {
  Fill(base, mask, std::numeric_limits<std::int64_t>::max(), &poll);
  const DWORD error = Submit(driver_, poll);
  return {error == 0 || error == ERROR_IO_PENDING ? 0 : ErrorOf(error)};
}

void Afd::Cancel(AfdPoll& poll) { CancelIoEx(driver_, &poll.overlapped); }

void Afd::CancelAll() { CancelIoEx(driver_, nullptr); }

AfdAnswer Afd::Answer(const AfdPoll& poll) {
  AfdAnswer answer;
  const auto status = static_cast<NTSTATUS>(poll.overlapped.Internal);
  answer.is_cancelled = status == kCancelled;
  answer.has_failed = status < 0 && !answer.is_cancelled;
  // What the driver has not written is still the question.
  if (status >= 0 && poll.info.handle_count > 0 &&
      poll.overlapped.InternalHigh > offsetof(AfdPollInfo, handles)) {
    answer.found = poll.info.handles[0].events;
  }
  return answer;
}

SysResult<std::uint32_t> Afd::Look(SOCKET base, std::uint32_t mask) {
  AfdPoll poll;
  Fill(base, mask, 0, &poll);
  // The lowest bit means that no packet comes.
  poll.overlapped.hEvent =
      reinterpret_cast<HANDLE>(reinterpret_cast<std::uintptr_t>(event_) | 1);
  const DWORD error = Submit(driver_, poll);
  if (error != 0 && error != ERROR_IO_PENDING) return {0, ErrorOf(error)};
  // The answer is there at once, or nearly.
  DWORD size = 0;
  GetOverlappedResult(driver_, &poll.overlapped, &size, TRUE);
  const AfdAnswer answer = Answer(poll);
  // Nobody cancels it.
  if (answer.has_failed || answer.is_cancelled) return {0, kNotSupportedError};
  return {answer.found, 0};
}

}  // namespace winsock
}  // namespace mortise
