// `mortise constants`: prints constants of an OS.

#ifndef MORTISE_TOOLS_CONSTANTS_COMMAND_H_
#define MORTISE_TOOLS_CONSTANTS_COMMAND_H_

#include <ostream>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise {

// ConstantsMain runs the command with what follows its name on the command
// line, and returns the exit status: 0, 1 if no constant has a wanted prefix, 2
// if the arguments make no sense. Failures are one line to `err`.
int ConstantsMain(absl::Span<const absl::string_view> args, std::ostream& out,
                  std::ostream& err);

}  // namespace mortise

#endif  // MORTISE_TOOLS_CONSTANTS_COMMAND_H_
