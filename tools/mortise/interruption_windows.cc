#include <atomic>
#include <filesystem>
#include <string>

#include "tools/mortise/interruption.h"
#include "tools/mortise/windows_headers.h"

namespace mortise::program {
namespace {

std::atomic<void (*)()> g_clean_up{nullptr};

// Windows calls it on a thread of its own.
BOOL WINAPI CleanUp(DWORD) {
  g_clean_up.load()();
  return FALSE;  // the default handler, which ends the program, is next
}

}  // namespace

void OnInterruption(void (*clean_up)()) {
  // Set twice, it would be called twice.
  if (g_clean_up.exchange(clean_up) == nullptr) {
    SetConsoleCtrlHandler(CleanUp, TRUE);
  }
}

void RemoveFile(const std::string& path) {
  DeleteFileW(std::filesystem::u8path(path).c_str());
}

}  // namespace mortise::program
