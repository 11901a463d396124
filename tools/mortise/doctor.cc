// `mortise doctor`: what this machine's network stack offers.

#include <optional>
#include <ostream>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/constants.h"
#include "mortise/core/version.h"
#include "mortise/platform/backend.h"
#include "mortise/tools/mortise/args.h"
#include "mortise/tools/mortise/command.h"
#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/probes.h"

namespace mortise::program {
namespace {

constexpr absl::string_view kDescription =
    R"(Prints what this machine's network stack offers: kinds of socket, addresses,
options and their values on a new socket, limits, names, interfaces, the clock.
The program finds all of it by trying, over loopback. If something does not
work, the program prints the system's own error. That is not a failure.)";

// The same column in all sections, so that the answers are aligned.
constexpr int kColumn = 26;

}  // namespace

int DoctorMain(absl::Span<const absl::string_view> words, std::ostream& out,
               std::ostream& err) {
  Args args("doctor", "", kDescription);
  if (const std::optional<int> exit = args.Parse(words, out, err)) return *exit;
  if (!args.positional().empty()) {
    return args.UsageError("takes no arguments", err);
  }

  out << absl::StreamFormat("Mortise %s, built for %s\n", kVersion,
                            OsName(NativeOs()));
  for (const Examination& examination : Examinations()) {
    out << "\n" << examination.name << "\n";
    for (const Finding& finding : examination.probe(Platform::Default())) {
      out << absl::StreamFormat("  %-*s%s\n", kColumn, finding.what,
                                finding.answer);
    }
    out << std::flush;
  }
  return kExitOk;
}

}  // namespace mortise::program
