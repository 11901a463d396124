#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <string>

#include "tools/mortise/interruption.h"

namespace mortise::program {
namespace {

std::atomic<void (*)()> g_clean_up{nullptr};

extern "C" void CleanUpAndDie(int signal) {
  const int interrupted_errno = errno;
  g_clean_up.load()();
  (void)std::signal(signal, SIG_DFL);
  // Blocked until this function has returned.
  (void)std::raise(signal);
  errno = interrupted_errno;
}

}  // namespace

void OnInterruption(void (*clean_up)()) {
  g_clean_up = clean_up;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // A program started with the signal ignored (nohup, a shell's background
    // job) shall go on ignoring it.
    if (std::signal(signal, CleanUpAndDie) == SIG_IGN) {
      (void)std::signal(signal, SIG_IGN);
    }
  }
}

void RemoveFile(const std::string& path) { (void)unlink(path.c_str()); }

}  // namespace mortise::program
