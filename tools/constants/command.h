// `mortise constants`: prints constants of an OS.

#ifndef MORTISE_TOOLS_CONSTANTS_COMMAND_H_
#define MORTISE_TOOLS_CONSTANTS_COMMAND_H_

#include <ostream>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise {

// ConstantsMain runs the command. `args` are the words behind the command's
// name on the command line. It writes one line to `err` if it fails. It returns
// the exit status:
//   0  success
//   1  no constant has one of the prefixes
//   2  the arguments make no sense
int ConstantsMain(absl::Span<const absl::string_view> args, std::ostream& out,
                  std::ostream& err);

}  // namespace mortise

#endif  // MORTISE_TOOLS_CONSTANTS_COMMAND_H_
