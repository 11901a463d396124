// Runs a program as process 1 of a PID namespace, as a container does. There,
// the default actions of signals do nothing. This program passes SIGINT,
// SIGTERM and SIGHUP on to the program, and ends in the same way as it.
//
//   as_process_1 PROGRAM WORD...
//
// If such a namespace cannot be made, it writes a line to standard error, and
// its exit code is 77.

#include <sched.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <initializer_list>

namespace {

constexpr int kCannot = 77;

int Cannot(const char* what) {
  std::perror(what);
  return kCannot;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return kCannot;
  // If the process has no right to make one, a user namespace gives it this
  // right.
  if (unshare(CLONE_NEWPID) != 0 &&
      unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0) {
    return Cannot("unshare");
  }
  sigset_t forwarded;
  sigemptyset(&forwarded);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
    sigaddset(&forwarded, signal);
  }
  sigset_t before;
  sigprocmask(SIG_BLOCK, &forwarded, &before);
  const pid_t child = fork();
  if (child == -1) return Cannot("fork");
  if (child == 0) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    execv(argv[1], argv + 1);
    _exit(Cannot(argv[1]));
  }
  while (true) {
    int signal = 0;
    if (sigwait(&forwarded, &signal) != 0) continue;
    int status = 0;
    if (signal != SIGCHLD) {
      kill(child, signal);
    } else if (waitpid(child, &status, WNOHANG) == child) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
    }
  }
}
