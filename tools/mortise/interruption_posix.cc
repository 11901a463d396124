#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <string>
#include <thread>

#include "mortise/tools/mortise/interruption.h"

namespace mortise::program {
namespace {

constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP};

// Returns the signals that end this program. Signals that the program was
// started to ignore (nohup, a shell's background job) are not among them,
// because it must go on ignoring them.
sigset_t EndingSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : kEndingSignals) {
    struct sigaction action;
    if (sigaction(signal, nullptr, &action) == 0 &&
        action.sa_handler != SIG_IGN) {
      sigaddset(&signals, signal);
    }
  }
  return signals;
}

}  // namespace

void PrepareForInterruption() {
  if (getpid() != 1) return;
  struct sigaction action = {};
  action.sa_handler = [](int signal) { _exit(128 + signal); };
  const sigset_t signals = EndingSignals();
  for (const int signal : kEndingSignals) {
    if (sigismember(&signals, signal) == 1) {
      sigaction(signal, &action, nullptr);
    }
  }
}

void OnInterruption(void (*clean_up)()) {
  static std::once_flag once;
  std::call_once(once, [clean_up] {
    // This thread, and all threads that are started from now on, block these
    // signals and leave them to the thread that waits for them. A signal
    // handler would be no use, because it can interrupt anything and so may
    // call almost nothing.
    const sigset_t signals = EndingSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([signals, clean_up] {
      int signal;
      if (sigwait(&signals, &signal) != 0) return;
      clean_up();
      pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
      (void)std::raise(signal);
    }).detach();
  });
}

void RemoveFile(const std::string& path) { (void)unlink(path.c_str()); }

}  // namespace mortise::program
