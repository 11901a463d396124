#include "mortise/platform/posix/without_sigpipe.h"

#include <signal.h>

#include <cerrno>

namespace mortise {
namespace posix {
namespace {

sigset_t OnlySigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

bool IsPending() {
  sigset_t pending;
  return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

WithoutSigpipe::WithoutSigpipe() {
  const sigset_t sigpipe = OnlySigpipe();
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before_);
  // Only a signal that is blocked can be pending.
  was_pending_ = sigismember(&before_, SIGPIPE) == 1 && IsPending();
}

WithoutSigpipe::~WithoutSigpipe() {
  const int error = errno;
  // This does not depend on EPIPE: a call that has sent something before it
  // fails reports that first, and the signal is raised all the same.
  if (!was_pending_ && IsPending()) {
    const sigset_t sigpipe = OnlySigpipe();
    int signal = 0;
    sigwait(&sigpipe, &signal);
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  errno = error;
}

}  // namespace posix
}  // namespace mortise
