// The facts that are always true of a system.

#ifndef MORTISE_PLATFORM_SYSTEM_FACTS_H_
#define MORTISE_PLATFORM_SYSTEM_FACTS_H_

#include <cstddef>

#include "mortise/platform/error_table.h"

namespace mortise {

// The flags of sends and receives that decide whether a call waits. A flag that
// the system does not have is 0.
struct WaitFlags {
  // MSG_DONTWAIT: the call does not wait, even if the handle is blocking.
  int do_not_wait = 0;
  // MSG_ERRQUEUE: the call receives from the queue of errors. It does not wait
  // for an error, even if the handle is blocking.
  int error_queue = 0;
  // Whether `do_not_wait` keeps a send on a blocking handle from waiting. XNU's
  // sosend (bsd/kern/uipc_socket.c) looks only at the mode of the socket.
  bool sends_heed_do_not_wait = true;

  // Whether there is a flag that keeps sends and receives on a blocking handle
  // from waiting.
  bool keep_all_from_waiting() const {
    return do_not_wait != 0 && sends_heed_do_not_wait;
  }
};

// What another thread's shutdown(2) of the same socket wakes by itself. `core/`
// wakes the rest with interrupts, within the process
// (mortise/platform/wait_registry.h).
struct WokenByShutdown {
  // Waits until there is something to receive.
  bool receivers = true;
  // Waits until there is room to send, on sockets of AF_UNIX and on others.
  bool unix_senders = true;
  bool other_senders = true;
  // Accept, which fails from then on. If false, shutdown(2) may refuse a
  // listener altogether.
  bool acceptors = true;
};

// The facts of one system. A platform is made with a copy of its own, so that a
// simulated system can have the facts of another system.
struct SystemFacts {
  // The system's error numbers and their portable names.
  ErrorTable errors;
  // The longest AF_UNIX path, in bytes and without a terminator. 0 if the
  // system has no AF_UNIX. An abstract name may be one byte longer.
  std::size_t max_unix_path = 0;
  // The family (AF_*) that SocketPair uses if its caller does not name a
  // family.
  int pair_family = 0;
  // The flags of the system's calls that send and receive.
  WaitFlags wait_flags;
  WokenByShutdown woken_by_shutdown;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SYSTEM_FACTS_H_
