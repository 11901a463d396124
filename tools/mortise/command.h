// The sub-commands of the program. Each has a file of its own, named after it.

#ifndef MORTISE_TOOLS_MORTISE_COMMAND_H_
#define MORTISE_TOOLS_MORTISE_COMMAND_H_

#include <ostream>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise::program {

// Runs a command and returns its exit code. `args` are the words behind the
// command's name.
using CommandMain = int (*)(absl::Span<const absl::string_view> args,
                            std::ostream& out, std::ostream& err);

int ConnectMain(absl::Span<const absl::string_view> args, std::ostream& out,
                std::ostream& err);
int DemoMain(absl::Span<const absl::string_view> args, std::ostream& out,
             std::ostream& err);
int DoctorMain(absl::Span<const absl::string_view> args, std::ostream& out,
               std::ostream& err);
int EchoMain(absl::Span<const absl::string_view> args, std::ostream& out,
             std::ostream& err);
int ListenMain(absl::Span<const absl::string_view> args, std::ostream& out,
               std::ostream& err);
int ResolveMain(absl::Span<const absl::string_view> args, std::ostream& out,
                std::ostream& err);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_COMMAND_H_
