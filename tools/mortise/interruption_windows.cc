#include <atomic>
#include <filesystem>
#include <string>

#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/interruption.h"
#include "mortise/tools/mortise/windows_headers.h"

namespace mortise::program {
namespace {

std::atomic<void (*)()> g_clean_up{nullptr};
std::atomic<void (*)()> g_stop{nullptr};
std::atomic<bool> g_is_stopping{false};

// Windows calls this function on a thread of its own.
BOOL WINAPI Interrupt(DWORD event) {
  void (*const stop)() = g_stop.load();
  if (stop != nullptr && !g_is_stopping.exchange(true)) {
    stop();
    if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT) return TRUE;
    // The console closes, the user logs off, or the machine shuts down. Windows
    // ends the program as soon as this function returns, or some seconds later.
    Sleep(INFINITE);
  }
  void (*const clean_up)() = g_clean_up.load();
  if (clean_up != nullptr) clean_up();
  return FALSE;  // the default handler, which ends the program, is next
}

void Handle() {
  // Once is enough, and a second time would call it twice.
  static const BOOL handled = SetConsoleCtrlHandler(Interrupt, TRUE);
  (void)handled;
}

}  // namespace

// Does nothing, because Windows ends every program that does not ask for
// something else.
void PrepareForInterruption() {}

void OnInterruption(void (*clean_up)()) {
  g_clean_up = clean_up;
  Handle();
}

void OnFirstInterruption(void (*stop)()) {
  g_stop = stop;
  Handle();
}

int EndAsInterrupted(int exit_code) {
  if (!g_is_stopping || exit_code != kExitOk) return exit_code;
  return static_cast<int>(STATUS_CONTROL_C_EXIT);
}

void RemoveFile(const std::string& path) {
  DeleteFileW(std::filesystem::u8path(path).c_str());
}

}  // namespace mortise::program
