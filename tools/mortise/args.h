// The command line of one sub-command.
//
//   bool udp = false;
//   Args args("echo", "--port PORT [flags]", "Sends back what it receives.");
//   args.Flag("--udp", "datagrams instead of connections", &udp);
//   if (std::optional<int> exit = args.Parse(words, out, err)) return *exit;
//
// absl::flags is not used for two reasons:
//   - Its flags belong to the whole program, so every command would take and
//     list the flags of the others.
//   - It ends the process by itself, with several lines and the exit code 1.

#ifndef MORTISE_TOOLS_MORTISE_ARGS_H_
#define MORTISE_TOOLS_MORTISE_ARGS_H_

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise::program {

class Args {
 public:
  // `synopses` are the ways to call the command, one per line.
  Args(absl::string_view command, absl::string_view synopses,
       absl::string_view description);

  // A flag without a value: "-4", "--udp".
  void Flag(absl::string_view name, absl::string_view help, bool* set);

  // A flag with a value, "--port PORT" or "--port=PORT". `parse` takes the
  // value; its status message follows the flag's name in the error.
  void Value(absl::string_view name, absl::string_view value_name,
             absl::string_view help,
             std::function<absl::Status(absl::string_view)> parse);

  // Reads the command line. If it returns an exit code, the command must end
  // with it. There are two reasons for that: the help was asked for and printed
  // to `out`, or a line that says what is wrong was printed to `err`.
  std::optional<int> Parse(absl::Span<const absl::string_view> words,
                           std::ostream& out, std::ostream& err);

  // The words that are neither flags nor their values.
  const std::vector<absl::string_view>& positional() const {
    return positional_;
  }

  // Prints what is wrong with the command line, and returns kExitUsage.
  int UsageError(absl::string_view message, std::ostream& err) const;

  std::string Help() const;

 private:
  struct Option {
    std::string name;
    std::string value_name;  // empty if the flag has no value
    std::string help;
    std::function<absl::Status(absl::string_view)> parse;
  };

  const Option* Find(absl::string_view name) const;

  const std::string command_;
  const std::string synopses_;
  const std::string description_;
  std::vector<Option> options_;
  std::vector<absl::string_view> positional_;
};

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_ARGS_H_
