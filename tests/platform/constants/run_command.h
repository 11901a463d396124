// Runs a program of the machine that the tests run on.

#ifndef MORTISE_TESTS_PLATFORM_CONSTANTS_RUN_COMMAND_H_
#define MORTISE_TESTS_PLATFORM_CONSTANTS_RUN_COMMAND_H_

#include <sys/wait.h>

#include <cstdio>
#include <string>

#include "mortise/tests/tree.h"

namespace mortise {

struct CommandResult {
  int exit_status = -1;  // -1 if it did not run to its end.
  std::string output;    // Standard output and standard error.
};

// Runs a line of shell in the folder that has the tree's files.
inline CommandResult RunCommand(const std::string& command) {
  CommandResult result;
  std::FILE* pipe = popen(
      ("cd '" + testing::TreePath("") + "' && " + command + " 2>&1").c_str(),
      "r");
  if (pipe == nullptr) return result;
  char buffer[4096];
  while (std::size_t count = std::fread(buffer, 1, sizeof(buffer), pipe)) {
    result.output.append(buffer, count);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) result.exit_status = WEXITSTATUS(status);
  return result;
}

inline bool HasProgram(const std::string& name) {
  return RunCommand(name + " --version").exit_status == 0;
}

// Returns the command that runs Python without writing compiled modules into
// the source tree.
inline std::string Python() { return "python3 -B "; }

}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_CONSTANTS_RUN_COMMAND_H_
