#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/winsock/os_headers.h"
#include "mortise/tests/contract/process.h"

namespace mortise {
namespace contract {
namespace {

// Windows lists the handles of all processes: SystemExtendedHandleInformation
// of NtQuerySystemInformation, which no header has.
struct ListedHandle {
  void* object;
  ULONG_PTR process;
  ULONG_PTR handle;
  ULONG access;
  USHORT trace;
  USHORT type;
  ULONG attributes;
  ULONG reserved;
};
struct HandleList {
  ULONG_PTR count;
  ULONG_PTR reserved;
  ListedHandle handles[1];
};
constexpr ULONG kHandleListClass = 64;
constexpr LONG kTooShort = static_cast<LONG>(0xc0000004);
using Query = LONG(WINAPI*)(ULONG, void*, ULONG, ULONG*);

// Returns the handles of this process, or nothing if Windows does not tell.
std::vector<std::int64_t> HandlesOfThisProcess() {
  const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  const auto query =
      ntdll == nullptr
          ? nullptr
          : reinterpret_cast<Query>(reinterpret_cast<void*>(
                GetProcAddress(ntdll, "NtQuerySystemInformation")));
  if (query == nullptr) return {};
  // Words, so that a list is aligned.
  std::vector<ULONG_PTR> room(std::size_t{1} << 13);
  LONG status = kTooShort;
  while (status == kTooShort) {
    room.resize(2 * room.size());
    status = query(kHandleListClass, room.data(),
                   static_cast<ULONG>(room.size() * sizeof(room[0])), nullptr);
  }
  if (status != 0) return {};
  const auto& list = *reinterpret_cast<const HandleList*>(room.data());
  std::vector<std::int64_t> found;
  for (ULONG_PTR i = 0; i < list.count; ++i) {
    if (list.handles[i].process == GetCurrentProcessId()) {
      found.push_back(static_cast<std::int64_t>(list.handles[i].handle));
    }
  }
  return found;
}

// To Windows a socket is a pipe. The tests have no other pipes except those
// that they were started with. Winsock is not asked, because under Wine it
// knows only the sockets of its own process, and not inherited ones.
bool IsSocket(std::int64_t value) {
  const auto handle = reinterpret_cast<HANDLE>(value);
  DWORD flags;
  return GetHandleInformation(handle, &flags) &&
         handle != GetStdHandle(STD_INPUT_HANDLE) &&
         handle != GetStdHandle(STD_OUTPUT_HANDLE) &&
         handle != GetStdHandle(STD_ERROR_HANDLE) &&
         GetFileType(handle) == FILE_TYPE_PIPE;
}

// A child of ChildInherits runs this same program. The environment tells it
// which handle to look for. It answers with its exit code before main() begins.
constexpr char kHandleVariable[] = "MORTISE_CONTRACT_CHILD_HANDLE";
constexpr DWORD kInherited = 10;
constexpr DWORD kNotInherited = 11;

const bool kIsNoChild = [] {
  char text[32];
  const DWORD size =
      GetEnvironmentVariableA(kHandleVariable, text, sizeof(text));
  std::int64_t handle = 0;
  if (size == 0 || size >= sizeof(text) || !absl::SimpleAtoi(text, &handle)) {
    return true;
  }
  ExitProcess(IsSocket(handle) ? kInherited : kNotInherited);
}();

}  // namespace

bool RunsUnderWine() {
  const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  return ntdll != nullptr &&
         GetProcAddress(ntdll, "wine_get_version") != nullptr;
}

bool RunsUnderQemu() { return false; }

bool KnowsLocalhost() {
  WSADATA data;
  if (WSAStartup(MAKEWORD(2, 2), &data) != 0) return false;
  addrinfo hints = {};
  hints.ai_family = AF_INET;
  addrinfo* found = nullptr;
  bool known = getaddrinfo("localhost", nullptr, &hints, &found) == 0;
  if (known) {
    char name[NI_MAXHOST];
    known = getnameinfo(found->ai_addr, found->ai_addrlen, name, sizeof(name),
                        nullptr, 0, NI_NAMEREQD) == 0;
    freeaddrinfo(found);
  }
  WSACleanup();
  return known;
}

std::optional<int> OpenDescriptors() {
  const std::vector<std::int64_t> handles = HandlesOfThisProcess();
  if (handles.empty()) return std::nullopt;
  return static_cast<int>(
      std::count_if(handles.begin(), handles.end(), &IsSocket));
}

bool AllowDescriptors(int) { return true; }

std::unique_ptr<DescriptorFamine> DescriptorFamine::Begin() { return nullptr; }
std::unique_ptr<SignalStorm> SignalStorm::Begin(absl::Duration) {
  return nullptr;
}
int SignalStorm::Signals() { return 0; }
std::unique_ptr<BrokenPipeWatch> BrokenPipeWatch::Begin() { return nullptr; }

std::optional<bool> ChildInherits(NativeHandle handle) {
  wchar_t program[32768];
  if (GetModuleFileNameW(nullptr, program, 32768) == 0) return std::nullopt;
  const std::string value = absl::StrCat(handle.value());
  SetEnvironmentVariableA(kHandleVariable, value.c_str());
  STARTUPINFOW startup = {};
  startup.cb = sizeof(startup);
  PROCESS_INFORMATION child;
  const BOOL started =
      CreateProcessW(program, nullptr, nullptr, nullptr, /*bInheritHandles=*/
                     TRUE, 0, nullptr, nullptr, &startup, &child);
  SetEnvironmentVariableA(kHandleVariable, nullptr);
  if (!started) return std::nullopt;
  WaitForSingleObject(child.hProcess, INFINITE);
  DWORD code = 0;
  GetExitCodeProcess(child.hProcess, &code);
  CloseHandle(child.hThread);
  CloseHandle(child.hProcess);
  if (code != kInherited && code != kNotInherited) return std::nullopt;
  return code == kInherited;
}

bool MakeInheritable(NativeHandle handle) {
  return SetHandleInformation(reinterpret_cast<HANDLE>(handle.value()),
                              HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT) != 0;
}

std::uint32_t ThisProcess() { return GetCurrentProcessId(); }

// Windows does not tell what a thread is waiting for.
std::string ThisThread() { return std::string(); }
std::optional<bool> IsAsleep(const std::string&) { return std::nullopt; }

std::string MakeShortDirectory() {
  std::error_code error;
  const std::filesystem::path base =
      std::filesystem::temp_directory_path(error);
  for (std::int64_t n = absl::GetCurrentTimeNanos();; ++n) {
    const std::filesystem::path path =
        base / absl::StrCat("mortise.", n % 1000000000);
    if (std::filesystem::create_directory(path, error)) return path.string();
    if (error) std::abort();
  }
}

void RemoveTree(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

bool FileExists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::symlink_status(path, ignored).type() !=
         std::filesystem::file_type::not_found;
}

void RemoveFile(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

}  // namespace contract
}  // namespace mortise
