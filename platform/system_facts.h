// What is true of a system at all times.

#ifndef MORTISE_PLATFORM_SYSTEM_FACTS_H_
#define MORTISE_PLATFORM_SYSTEM_FACTS_H_

#include <cstddef>

#include "mortise/platform/error_table.h"

namespace mortise {

// The flags with which sends and receives never wait, whatever the mode of the
// handle. A flag that the system does not have is 0.
struct WaitFlags {
  int do_not_wait = 0;  // MSG_DONTWAIT
  // MSG_ERRQUEUE: receives from the queue of errors, which is never waited for.
  int error_queue = 0;
};

// A platform is made with one, so that a simulated system can have another's.
struct SystemFacts {
  // The system's error numbers and their portable names.
  ErrorTable errors;
  // The longest AF_UNIX path, in bytes and without a terminator. 0 if the
  // system has no AF_UNIX. An abstract name may be one byte longer.
  std::size_t max_unix_path = 0;
  // The family of a socket pair whose maker does not name one.
  int pair_family = 0;
  WaitFlags wait_flags;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_SYSTEM_FACTS_H_
