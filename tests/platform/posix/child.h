// A child process that answers yes or no.

#ifndef MORTISE_TESTS_PLATFORM_POSIX_CHILD_H_
#define MORTISE_TESTS_PLATFORM_POSIX_CHILD_H_

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace mortise {
namespace posix {

// What `body`, which returns the exit code, returns in a child made by fork(2).
// -1 if the child ended in another way: one that hangs is ended by a signal.
// Nothing of the test's own cleaning up runs in the child.
template <typename Body>
int ExitCodeOfChild(Body body) {
  const pid_t child = fork();
  if (child == -1) return -1;
  if (child == 0) {
    alarm(30);
    _exit(body());
  }
  int status = 0;
  while (waitpid(child, &status, 0) == -1) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_POSIX_CHILD_H_
