// What a network stack offers, found out by trying: nothing here knows the name
// of a system.

#ifndef MORTISE_TOOLS_MORTISE_PROBES_H_
#define MORTISE_TOOLS_MORTISE_PROBES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"

namespace mortise::program {

struct Finding {
  std::string what;
  // "yes", a value, or "no: " and why not.
  std::string answer;
};

struct Examination {
  absl::string_view name;
  std::vector<Finding> (*probe)(Platform& platform);
};

// All there are, in the order in which to show them. Each leaves nothing
// behind, asks no server, and takes no longer than a few seconds.
const std::vector<Examination>& Examinations();

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_PROBES_H_
