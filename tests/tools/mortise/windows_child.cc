// child.h on Windows.

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tools/mortise/windows_headers.h"

namespace mortise::testing {
namespace {

// How long a program may take to end when it is asked to.
constexpr DWORD kGraceMs = 5000;

enum class Inherit { kRead, kWrite };

struct Pipe {
  // One end is for the child. No other child inherits it, because it is closed
  // here before the next child is started.
  explicit Pipe(Inherit inherit) {
    if (!CreatePipe(&read, &write, nullptr, 0) ||
        !SetHandleInformation(inherit == Inherit::kRead ? read : write,
                              HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)) {
      std::abort();
    }
  }
  HANDLE read;
  HANDLE write;
};

ChildHandle ToChildHandle(HANDLE handle) {
  return reinterpret_cast<ChildHandle>(handle);
}
HANDLE ToHandle(ChildHandle handle) { return reinterpret_cast<HANDLE>(handle); }

std::wstring ToWide(const std::string& text) {
  return std::filesystem::u8path(text).wstring();
}

// Quotes a word for a command line. When programs take a command line apart, a
// backslash stands for itself, unless a quotation mark follows the backslashes:
// then two of them stand for one.
std::wstring Quoted(const std::wstring& word) {
  std::wstring quoted = L"\"";
  std::size_t backslashes = 0;
  for (const wchar_t c : word) {
    if (c == L'"') quoted.append(backslashes + 1, L'\\');
    backslashes = c == L'\\' ? backslashes + 1 : 0;
    quoted += c;
  }
  return quoted.append(backslashes, L'\\') + L'"';
}

std::string FileOf(const std::string& program) {
  return absl::EndsWith(program, ".exe") ? program : program + ".exe";
}

}  // namespace

// Ctrl-C cannot be sent to a single program.
std::vector<Interruption> Interruptions() {
  return {
      {"CtrlBreak", CTRL_BREAK_EVENT, static_cast<int>(STATUS_CONTROL_C_EXIT)}};
}

Child StartChild(const std::vector<std::string>& command,
                 const ChildStreams& streams) {
  for (const ChildStreams::Kind kind :
       {streams.input, streams.output, streams.error}) {
    if (kind != ChildStreams::kPipe) std::abort();
  }
  const Pipe in(Inherit::kRead);
  const Pipe out(Inherit::kWrite);
  const Pipe err(Inherit::kWrite);
  STARTUPINFOW startup = {};
  startup.cb = sizeof(startup);
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = in.read;
  startup.hStdOutput = out.write;
  startup.hStdError = err.write;

  const std::wstring file = ToWide(FileOf(command[0]));
  std::wstring line = Quoted(file);
  for (std::size_t i = 1; i < command.size(); ++i) {
    line += L' ' + Quoted(ToWide(command[i]));
  }
  PROCESS_INFORMATION process;
  // A single program can be interrupted only if it is the first in its group.
  if (!CreateProcessW(file.c_str(), &line[0], nullptr, nullptr, TRUE,
                      CREATE_NEW_PROCESS_GROUP, nullptr, nullptr, &startup,
                      &process)) {
    // Before the output, which may change it.
    const DWORD error = GetLastError();
    std::cerr << "cannot start " << command[0] << ": error " << error
              << std::endl;
    std::abort();
  }
  CloseHandle(process.hThread);
  CloseHandle(in.read);
  CloseHandle(out.write);
  CloseHandle(err.write);
  return {ToChildHandle(process.hProcess), ToChildHandle(in.write),
          ToChildHandle(out.read), ToChildHandle(err.read)};
}

bool InterruptChild(ChildHandle process, const Interruption& how) {
  return GenerateConsoleCtrlEvent(static_cast<DWORD>(how.number),
                                  GetProcessId(ToHandle(process))) != 0;
}

int WaitForChild(ChildHandle process) {
  DWORD result = 0;
  WaitForSingleObject(ToHandle(process), INFINITE);
  GetExitCodeProcess(ToHandle(process), &result);
  CloseHandle(ToHandle(process));
  return static_cast<int>(result);
}

void EndChild(ChildHandle process) {
  if (InterruptChild(process, Interruptions().front()) &&
      WaitForSingleObject(ToHandle(process), kGraceMs) == WAIT_OBJECT_0) {
    return;
  }
  TerminateProcess(ToHandle(process), EXIT_FAILURE);
}

std::size_t ReadPipe(ChildHandle pipe, absl::Span<char> buffer) {
  DWORD count = 0;
  ReadFile(ToHandle(pipe), buffer.data(), static_cast<DWORD>(buffer.size()),
           &count, nullptr);
  return count;
}

bool WritePipe(ChildHandle pipe, absl::string_view data) {
  while (!data.empty()) {
    DWORD count = 0;
    if (!WriteFile(ToHandle(pipe), data.data(), static_cast<DWORD>(data.size()),
                   &count, nullptr)) {
      return false;
    }
    data.remove_prefix(count);
  }
  return true;
}

void ClosePipe(ChildHandle pipe) { CloseHandle(ToHandle(pipe)); }

}  // namespace mortise::testing
