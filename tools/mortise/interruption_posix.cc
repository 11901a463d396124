#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <string>

#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/interruption.h"

namespace mortise::program {
namespace {

constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP};

std::atomic<void (*)()> g_clean_up{nullptr};
std::atomic<void (*)()> g_stop{nullptr};
// The signal that has called `stop`, or 0.
std::atomic<int> g_first_signal{0};

// Ends the program by `signal`. A signal handler may call it.
[[noreturn]] void EndBy(int signal) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  // In its handler, a signal is blocked.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  (void)std::raise(signal);
  // Process 1 is still here.
  _exit(128 + signal);
}

extern "C" void Interrupt(int signal) {
  void (*const stop)() = g_stop.load();
  int none = 0;
  if (stop != nullptr && g_first_signal.compare_exchange_strong(none, signal)) {
    const int error = errno;
    stop();
    errno = error;
    return;
  }
  void (*const clean_up)() = g_clean_up.load();
  if (clean_up != nullptr) clean_up();
  EndBy(signal);
}

}  // namespace

void PrepareForInterruption() {
  struct sigaction handled = {};
  handled.sa_handler = Interrupt;
  handled.sa_flags = SA_RESTART;
  sigemptyset(&handled.sa_mask);
  for (const int signal : kEndingSignals) {
    struct sigaction before;
    if (sigaction(signal, nullptr, &before) == 0 &&
        before.sa_handler != SIG_IGN) {
      sigaction(signal, &handled, nullptr);
    }
  }
}

void OnInterruption(void (*clean_up)()) {
  g_clean_up = clean_up;
  PrepareForInterruption();
}

void OnFirstInterruption(void (*stop)()) {
  g_stop = stop;
  PrepareForInterruption();
}

int EndAsInterrupted(int exit_code) {
  const int signal = g_first_signal.load();
  if (signal != 0 && exit_code == kExitOk) EndBy(signal);
  return exit_code;
}

void RemoveFile(const std::string& path) { (void)unlink(path.c_str()); }

}  // namespace mortise::program
