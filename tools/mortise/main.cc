// The program `mortise`: the library at the command line.

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/version.h"
#include "mortise/tools/constants/command.h"
#include "mortise/tools/mortise/arguments.h"
#include "mortise/tools/mortise/command.h"
#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/fail.h"
#include "mortise/tools/mortise/interruption.h"
#include "mortise/tools/mortise/output_buffer.h"
#include "mortise/tools/mortise/standard_streams.h"

namespace mortise::program {
namespace {

struct Command {
  absl::string_view name;
  absl::string_view summary;
  CommandMain main;
};

constexpr Command kCommands[] = {
    {"connect", "sends standard input to a server, and prints its answer",
     ConnectMain},
    {"constants", "prints the constants of the socket interface, by system",
     ConstantsMain},
    {"demo", "runs an echo over every kind of socket, on loopback", DemoMain},
    {"doctor", "prints what this machine's network stack offers", DoctorMain},
    {"echo", "runs a server that sends back what it receives", EchoMain},
    {"listen", "waits for a client, then does what connect does", ListenMain},
    {"resolve", "prints the addresses of a host, and their names", ResolveMain},
};

int PrintCommands(std::ostream& out) {
  out << "usage: mortise COMMAND [flags]\n\n"
         "Sockets at the command line.\n\n"
         "commands:\n";
  for (const Command& command : kCommands) {
    out << absl::StreamFormat("  %-10s%s\n", command.name, command.summary);
  }
  out << R"(
"mortise COMMAND --help" explains a command, "mortise --version" prints the
version. Exit codes: 0 for success, 1 for a failure, 2 for a wrong command line,
128 + the signal's number, as shells count it, if a signal has ended it.
)";
  return kExitOk;
}

int Main(absl::Span<const absl::string_view> words, std::ostream& out,
         std::ostream& err) {
  if (words.empty()) return PrintCommands(out);
  const absl::string_view name = words.front();
  if (name == "--help" || name == "-h" || name == "help") {
    return PrintCommands(out);
  }
  if (name == "--version" || name == "version") {
    out << "mortise " << kVersion << "\n";
    return kExitOk;
  }
  for (const Command& command : kCommands) {
    if (command.name == name) return command.main(words.subspan(1), out, err);
  }
  err << absl::StrCat("mortise: unknown ",
                      name.substr(0, 1) == "-" ? "flag " : "command ",
                      absl::CHexEscape(name), " (see mortise --help)\n");
  return kExitUsage;
}

// Runs the program with its standard streams. Every command fails if its output
// could not be written to standard output.
int Run(const std::vector<absl::string_view>& words) {
  // The streams are never destroyed, because threads of a command may outlive
  // this function.
  static OutputBuffer& out_buffer = *new OutputBuffer(WriteStandardOutput);
  static OutputBuffer& err_buffer = *new OutputBuffer(WriteStandardError);
  static std::ostream& out = *new std::ostream(&out_buffer);
  static std::ostream& err = *new std::ostream(&err_buffer);

  int exit_code = Main(words, out, err);
  out.flush();
  absl::Status written = out_buffer.status();
  if (written.ok()) written = CheckStandardOutput();
  if (!written.ok()) {
    const int failure = Fail(written, err);
    if (exit_code == kExitOk) exit_code = failure;
  }
  err.flush();
  return exit_code;
}

}  // namespace
}  // namespace mortise::program

int main(int argc, char** argv) {
  mortise::program::PrepareForInterruption();
  mortise::program::PrepareStandardStreams();
  const std::vector<std::string> arguments =
      mortise::program::Arguments(argc, argv);
  return mortise::program::EndAsInterrupted(
      mortise::program::Run({arguments.begin(), arguments.end()}));
}
