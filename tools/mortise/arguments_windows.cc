#include <string>
#include <vector>

#include "mortise/platform/winsock/utf8.h"
#include "mortise/tools/mortise/arguments.h"
#include "mortise/tools/mortise/windows_headers.h"

namespace mortise::program {

// The arguments of main are not used, for two reasons. They are in the
// machine's code page, in which most letters become question marks. And MinGW's
// start-up code expands them as patterns of files.
std::vector<std::string> Arguments(int, char**) {
  int count = 0;
  wchar_t** const wide = CommandLineToArgvW(GetCommandLineW(), &count);
  std::vector<std::string> arguments;
  for (int i = 1; i < count; ++i) arguments.push_back(winsock::Narrow(wide[i]));
  LocalFree(wide);
  return arguments;
}

}  // namespace mortise::program
