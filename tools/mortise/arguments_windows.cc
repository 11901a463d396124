#include <string>
#include <vector>

#include "mortise/platform/winsock/utf8.h"
#include "mortise/tools/mortise/arguments.h"
#include "mortise/tools/mortise/windows_headers.h"

namespace mortise::program {

// main's own words are in the machine's code page, where most letters are
// question marks; and MinGW's start-up code takes them for patterns of files.
std::vector<std::string> Arguments(int, char**) {
  int count = 0;
  wchar_t** const wide = CommandLineToArgvW(GetCommandLineW(), &count);
  std::vector<std::string> arguments;
  for (int i = 1; i < count; ++i) arguments.push_back(winsock::Narrow(wide[i]));
  LocalFree(wide);
  return arguments;
}

}  // namespace mortise::program
