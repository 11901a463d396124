// Runs a program as process 1 of a PID namespace, as a container does: its
// signals' default actions are no actions there. What this program is sent,
// SIGINT, SIGTERM or SIGHUP, goes on to it, and how it ends is how this program
// ends.
//
//   as_process_1 PROGRAM WORD...
//
// If there is no such namespace to be had: a line on standard error, and the
// exit code 77.

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
  // Without the right to have one, a user namespace gives it.
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
