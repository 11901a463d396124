// Runs code in a child process, which answers with its exit code.

#ifndef MORTISE_TESTS_PLATFORM_POSIX_CHILD_H_
#define MORTISE_TESTS_PLATFORM_POSIX_CHILD_H_

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <future>
#include <thread>

namespace mortise {
namespace posix {

// Runs `body` in a child made by fork(2), and returns what `body` returns
// there: the child's exit code. Returns -1 if the child ended in another way. A
// signal ends a child that hangs. The child ends with _exit(2), so that it does
// none of the test's own cleaning up.
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

// Whether a child may have threads although its parent has some. Those of qemu
// may not: each has its parent's list of threads, and trips over it.
inline bool ChildrenMayHaveThreads() {
  std::promise<void> end;
  std::thread other([&end] { end.get_future().wait(); });
  const int exit_code = ExitCodeOfChild([] {
    std::thread([] {}).join();
    return 0;
  });
  end.set_value();
  other.join();
  return exit_code == 0;
}

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_POSIX_CHILD_H_
