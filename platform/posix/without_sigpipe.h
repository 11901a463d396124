// For calls that cannot be told to leave SIGPIPE out, as send(2) can.

#ifndef MORTISE_PLATFORM_POSIX_WITHOUT_SIGPIPE_H_
#define MORTISE_PLATFORM_POSIX_WITHOUT_SIGPIPE_H_

#include <signal.h>

namespace mortise {
namespace posix {

// While it lives, the thread that made it is not told by SIGPIPE that a peer
// has gone. Leaves errno, the process's handlers and what other threads get as
// they are.
//
// The signal is sent to the thread that made the call, so blocking it there is
// enough; it is then taken away before the thread could see it.
class WithoutSigpipe {
 public:
  WithoutSigpipe();
  ~WithoutSigpipe();
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  sigset_t before_;
  // One that was there before is somebody else's, and stays.
  bool was_pending_ = false;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_WITHOUT_SIGPIPE_H_
