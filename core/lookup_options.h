// How long a look-up of a name may take, and where it is made.

#ifndef MORTISE_CORE_LOOKUP_OPTIONS_H_
#define MORTISE_CORE_LOOKUP_OPTIONS_H_

#include "absl/time/time.h"

namespace mortise {

class Platform;

struct LookupOptions {
  // For the whole call; not negative. One that is given up goes on in a thread
  // of its own, where its answer is thrown away. While 128 of those go on, a
  // call that has a timeout fails at once, as if the resolver had said to try
  // again (EAI_AGAIN, TRY_AGAIN).
  absl::Duration timeout = absl::InfiniteDuration();
  // Where to look: nullptr is the operating system.
  Platform* platform = nullptr;
};

}  // namespace mortise

#endif  // MORTISE_CORE_LOOKUP_OPTIONS_H_
