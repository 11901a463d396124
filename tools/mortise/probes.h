// Finds by trying what a network stack offers. Nothing here depends on the name
// of the system.

#ifndef MORTISE_TOOLS_MORTISE_PROBES_H_
#define MORTISE_TOOLS_MORTISE_PROBES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"

namespace mortise::program {

struct Finding {
  std::string what;
  // "yes", a value, or "no: " and the reason.
  std::string answer;
};

struct Examination {
  absl::string_view name;
  std::vector<Finding> (*probe)(Platform& platform);
};

// Returns all examinations, in the order in which to show them. An examination
// leaves nothing behind, asks no server, and takes no longer than a few
// seconds.
const std::vector<Examination>& Examinations();

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_PROBES_H_
