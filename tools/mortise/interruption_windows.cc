#include <filesystem>
#include <mutex>
#include <string>

#include "mortise/tools/mortise/interruption.h"
#include "mortise/tools/mortise/windows_headers.h"

namespace mortise::program {
namespace {

void (*g_clean_up)() = nullptr;

// Windows calls this function on a thread of its own.
BOOL WINAPI CleanUp(DWORD) {
  g_clean_up();
  return FALSE;  // the default handler, which ends the program, is next
}

}  // namespace

// Does nothing, because Windows ends every program that does not ask for
// something else.
void PrepareForInterruption() {}

void OnInterruption(void (*clean_up)()) {
  static std::once_flag once;
  std::call_once(once, [clean_up] {
    g_clean_up = clean_up;
    SetConsoleCtrlHandler(CleanUp, TRUE);
  });
}

void RemoveFile(const std::string& path) {
  DeleteFileW(std::filesystem::u8path(path).c_str());
}

}  // namespace mortise::program
