// Suppresses SIGPIPE during calls that cannot be told to leave it out, as
// send(2) can.

#ifndef MORTISE_PLATFORM_POSIX_WITHOUT_SIGPIPE_H_
#define MORTISE_PLATFORM_POSIX_WITHOUT_SIGPIPE_H_

#include <signal.h>

namespace mortise {
namespace posix {

// While an object lives, its thread does not get SIGPIPE when a peer has gone.
// errno, the signal handlers of the process and the signals of other threads
// stay as they are.
//
// The kernel sends the signal to the thread that made the call. Blocking the
// signal in that thread is therefore enough. The destructor then takes the
// signal away before the thread can see it. It must run on the thread that made
// the object.
class WithoutSigpipe {
 public:
  WithoutSigpipe();
  ~WithoutSigpipe();
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  sigset_t before_;
  // A signal that was pending before is not ours, and stays pending.
  bool was_pending_ = false;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_WITHOUT_SIGPIPE_H_
