#include "mortise/platform/tls/key_log_file.h"

#include <cstdint>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/tls/file_error.h"
#include "mortise/platform/tls/path.h"
#include "mortise/platform/winsock/os_headers.h"

namespace mortise {
namespace tls {
namespace {

ErrorCode CodeOf(DWORD error) {
  switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
      return ErrorCode::kEnoent;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
      return ErrorCode::kEacces;
    default:
      return ErrorCode::kUnmapped;
  }
}

HANDLE HandleOf(std::intptr_t handle) {
  return reinterpret_cast<HANDLE>(handle);
}

}  // namespace

std::unique_ptr<KeyLogFile> KeyLogFile::Open(const std::string& path,
                                             FileError* why) {
  // With FILE_APPEND_DATA and without FILE_WRITE_DATA, every write goes to the
  // end of the file. Without security attributes the handle is not inherited.
  const HANDLE file = CreateFileW(
      PathOf(path).c_str(), FILE_APPEND_DATA | SYNCHRONIZE,
      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
      /*lpSecurityAttributes=*/nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL,
      /*hTemplateFile=*/nullptr);
  if (file == INVALID_HANDLE_VALUE) {
    const DWORD error = GetLastError();
    *why = {CodeOf(error),
            std::system_category().message(static_cast<int>(error))};
    return nullptr;
  }
  std::unique_ptr<KeyLogFile> log(
      new KeyLogFile(reinterpret_cast<std::intptr_t>(file)));
  const DWORD type = GetFileType(file);
  if (type != FILE_TYPE_DISK && type != FILE_TYPE_CHAR) {
    why->text = "it is not a file";
    return nullptr;
  }
  return log;
}

KeyLogFile::~KeyLogFile() { CloseHandle(HandleOf(handle_)); }

void KeyLogFile::Append(absl::string_view line) {
  const std::string whole = absl::StrCat(line, "\n");
  DWORD written = 0;
  WriteFile(HandleOf(handle_), whole.data(), static_cast<DWORD>(whole.size()),
            &written, /*lpOverlapped=*/nullptr);
}

}  // namespace tls
}  // namespace mortise
