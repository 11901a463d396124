#include "mortise/platform/posix/detached_thread.h"

#include <pthread.h>
#include <signal.h>

#include <functional>
#include <memory>
#include <utility>

namespace mortise {
namespace posix {
namespace {

void* RunAndForget(void* argument) {
  const std::unique_ptr<std::function<void()>> work(
      static_cast<std::function<void()>*>(argument));
  (*work)();
  return nullptr;
}

}  // namespace

int RunDetached(std::function<void()> work) {
  auto owned = std::make_unique<std::function<void()>>(std::move(work));
  // A thread inherits the signal mask of the thread that creates it. Signals to
  // the program must be delivered to threads of the program.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  const int error =
      pthread_create(&thread, nullptr, &RunAndForget, owned.get());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) return error;
  owned.release();  // the thread deletes it
  pthread_detach(thread);
  return 0;
}

}  // namespace posix
}  // namespace mortise
