// Pipes and files carry bytes. In binary mode the C library passes them on as
// they are. A console carries UTF-16.

#include <fcntl.h>
#include <io.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/winsock/utf8.h"
#include "mortise/tools/mortise/standard_streams.h"
#include "mortise/tools/mortise/windows_headers.h"

namespace mortise::program {
namespace {

constexpr int kInput = 0;
constexpr int kOutput = 1;
constexpr int kError = 2;

// The most that one call of _read or _write is given.
constexpr std::size_t kMaxCount = 1 << 30;

// At the beginning of a line, this character is how the user of a console ends
// the input.
constexpr wchar_t kCtrlZ = 0x1a;

unsigned Count(std::size_t size) {
  return static_cast<unsigned>(std::min(size, kMaxCount));
}

// The console's code page before the program started. The console outlives the
// program, and other programs may share it.
UINT g_code_page_before = 0;

bool IsConsole(HANDLE handle) {
  DWORD mode;
  return GetConsoleMode(handle, &mode) != 0;
}

// Reads up to a line as it is typed. ReadFile is not used, because it returns
// text in the console's code page. Most code pages lack most letters, and for
// UTF-8 older Windows returns zeros.
absl::StatusOr<std::size_t> ReadConsoleLine(HANDLE console,
                                            absl::Span<char> buffer) {
  // A unit of UTF-16 becomes at most three bytes of UTF-8.
  std::wstring text(buffer.size() / 3, L'\0');
  DWORD count = 0;
  BOOL read = ReadConsoleW(
      console, &text[0], static_cast<DWORD>(text.size() - 1), &count, nullptr);
  if (read && count > 0 && IS_HIGH_SURROGATE(text[count - 1])) {
    // The other half of the last character did not fit, so read it too.
    DWORD half = 0;
    read = ReadConsoleW(console, &text[count], 1, &half, nullptr);
    count += half;
  }
  if (!read) {
    return absl::UnknownError(
        absl::StrCat("standard input: console error ", GetLastError()));
  }
  text.resize(count);
  if (text.empty() || text.front() == kCtrlZ) return std::size_t{0};
  // The Enter key makes two characters. Remove one, so that a line ends as on
  // other systems.
  text.erase(std::remove(text.begin(), text.end(), L'\r'), text.end());
  if (text.empty()) return ReadConsoleLine(console, buffer);
  const std::string bytes = winsock::Narrow(text);
  std::copy(bytes.begin(), bytes.end(), buffer.begin());
  return bytes.size();
}

absl::Status Write(int fd, absl::string_view name, absl::string_view data) {
  while (!data.empty()) {
    const int count = _write(fd, data.data(), Count(data.size()));
    if (count < 0) return absl::ErrnoToStatus(errno, name);
    data.remove_prefix(static_cast<std::size_t>(count));
  }
  return absl::OkStatus();
}

}  // namespace

void PrepareStandardStreams() {
  for (const int fd : {kInput, kOutput, kError}) _setmode(fd, _O_BINARY);
  // The output is UTF-8: the system's own messages, and most of what peers
  // send. Without a console this does nothing.
  g_code_page_before = GetConsoleOutputCP();
  SetConsoleOutputCP(CP_UTF8);
  std::atexit([] { SetConsoleOutputCP(g_code_page_before); });
}

absl::StatusOr<std::size_t> ReadStandardInput(absl::Span<char> buffer) {
  const HANDLE handle = GetStdHandle(STD_INPUT_HANDLE);
  if (IsConsole(handle)) return ReadConsoleLine(handle, buffer);
  const int count = _read(kInput, buffer.data(), Count(buffer.size()));
  if (count < 0) return absl::ErrnoToStatus(errno, "standard input");
  return static_cast<std::size_t>(count);
}

absl::Status WriteStandardOutput(absl::string_view data) {
  return Write(kOutput, "standard output", data);
}

absl::Status WriteStandardError(absl::string_view data) {
  return Write(kError, "standard error", data);
}

absl::Status CheckStandardOutput() {
  const int duplicate = _dup(kOutput);
  if (duplicate == -1 || _close(duplicate) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, "standard output");
}

}  // namespace mortise::program
