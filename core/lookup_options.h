// How long a look-up of a name may take, and where it is made.

#ifndef MORTISE_CORE_LOOKUP_OPTIONS_H_
#define MORTISE_CORE_LOOKUP_OPTIONS_H_

#include "absl/time/time.h"

namespace mortise {

class Platform;

struct LookupOptions {
  // For the whole call; not negative. A look-up with a timeout runs in a thread
  // of its own. One that is given up goes on there, and its answer is dropped.
  // At most 128 threads look names up at once: further callers wait for one of
  // them to end, for as long as their timeout lets them, the first to come
  // first. "localhost", the names below it and loopback addresses have threads
  // of their own. A numeric host needs none.
  //
  // If the system starts no thread, the look-up fails with kResourceExhausted
  // and ErrorCode::kNoThread.
  absl::Duration timeout = absl::InfiniteDuration();
  // Where to look: nullptr is the operating system.
  Platform* platform = nullptr;
};

}  // namespace mortise

#endif  // MORTISE_CORE_LOOKUP_OPTIONS_H_
