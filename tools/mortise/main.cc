// The program `mortise`: what the library does, at the command line.

#include <iostream>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/tools/constants/command.h"
#include "tools/mortise/arguments.h"
#include "tools/mortise/command.h"
#include "tools/mortise/exit_codes.h"
#include "tools/mortise/standard_streams.h"

namespace mortise::program {
namespace {

struct Command {
  absl::string_view name;
  absl::string_view summary;
  CommandMain main;
};

constexpr Command kCommands[] = {
    {"connect", "standard input to a server, its answer to standard output",
     ConnectMain},
    {"constants", "the names and numbers of the socket interface, by system",
     ConstantsMain},
    {"demo", "an echo over every kind of socket, on loopback", DemoMain},
    {"doctor", "what this machine's network stack offers, by trying",
     DoctorMain},
    {"echo", "a server that sends back what it receives", EchoMain},
    {"listen", "wait for a client, then like connect", ListenMain},
    {"resolve", "the addresses of a host, and who has an address", ResolveMain},
};

int PrintCommands(std::ostream& out) {
  out << "usage: mortise COMMAND [flags]\n\n"
         "Sockets at the command line.\n\n"
         "commands:\n";
  for (const Command& command : kCommands) {
    out << absl::StreamFormat("  %-10s%s\n", command.name, command.summary);
  }
  out << "\n\"mortise COMMAND --help\" tells more. Exit codes: 0, 1 for a "
         "failure, 2 for a\ncommand line that is wrong.\n";
  return kExitOk;
}

int Main(absl::Span<const absl::string_view> words, std::ostream& out,
         std::ostream& err) {
  if (words.empty()) return PrintCommands(out);
  const absl::string_view name = words.front();
  if (name == "--help" || name == "-h" || name == "help") {
    return PrintCommands(out);
  }
  for (const Command& command : kCommands) {
    if (command.name == name) return command.main(words.subspan(1), out, err);
  }
  err << absl::StrCat("mortise: unknown ",
                      name.substr(0, 1) == "-" ? "flag " : "command ",
                      absl::CHexEscape(name), " (see mortise --help)\n");
  return kExitUsage;
}

}  // namespace
}  // namespace mortise::program

int main(int argc, char** argv) {
  mortise::program::PrepareStandardStreams();
  const std::vector<std::string> arguments =
      mortise::program::Arguments(argc, argv);
  const std::vector<absl::string_view> words(arguments.begin(),
                                             arguments.end());
  return mortise::program::Main(words, std::cout, std::cerr);
}
