// Runs a module of CPython's suite as a test of Bazel. It runs run_suite.py
// with the given arguments. If there is no such Python, it runs nothing and
// reports the reason.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace {

constexpr char kPython[] = "/usr/bin/python3.11";

void Skip(const char* reason) {
  std::printf("skipped: %s\n", reason);
  const char* const xml = std::getenv("XML_OUTPUT_FILE");
  if (xml == nullptr) return;
  std::ofstream(xml) << "<testsuites><testsuite name=\"python\">"
                        "<testcase name=\"suite\"><skipped message=\""
                     << reason << "\"/></testcase></testsuite></testsuites>\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (access(kPython, X_OK) != 0) {
    Skip("there is no /usr/bin/python3.11 (Debian: python3.11)");
    return 0;
  }
  std::vector<char*> command = {const_cast<char*>(kPython)};
  command.insert(command.end(), argv + 1, argv + argc);
  command.push_back(nullptr);
  execv(kPython, command.data());
  std::perror(kPython);
  return 1;
}
