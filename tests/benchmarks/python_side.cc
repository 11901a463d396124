#include "mortise/tests/benchmarks/python_side.h"

#include <fcntl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace mortise {
namespace benchmarks {

std::unique_ptr<PythonSide> PythonSide::Start(
    const std::string& script, const std::vector<std::string>& arguments) {
  std::vector<char*> command = {const_cast<char*>("python3"),
                                const_cast<char*>(script.c_str())};
  for (const std::string& argument : arguments) {
    command.push_back(const_cast<char*>(argument.c_str()));
  }
  command.push_back(nullptr);
  int to[2];
  int from[2];
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) {
    std::perror("pipe2");
    std::exit(1);
  }
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(to[0], STDIN_FILENO);
    dup2(from[1], STDOUT_FILENO);
    execvp("python3", command.data());
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  std::unique_ptr<PythonSide> side(
      new PythonSide(pid, fdopen(to[1], "w"), fdopen(from[0], "r")));
  char line[64] = "";
  if (std::fgets(line, sizeof(line), side->out_) == nullptr ||
      std::strcmp(line, "ready\n") != 0) {
    return nullptr;
  }
  return side;
}

PythonSide::~PythonSide() {
  std::fclose(in_);  // It ends at the end of its input.
  std::fclose(out_);
  waitpid(pid_, nullptr, 0);
}

double PythonSide::Run(std::int64_t times) {
  std::fprintf(in_, "%" PRId64 "\n", times);
  std::fflush(in_);
  double ns = 0;
  if (std::fscanf(out_, "%lf", &ns) != 1) {
    std::fputs("Python has ended\n", stderr);
    std::exit(1);
  }
  return ns;
}

}  // namespace benchmarks
}  // namespace mortise
