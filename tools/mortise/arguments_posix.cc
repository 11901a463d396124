#include <string>
#include <vector>

#include "mortise/tools/mortise/arguments.h"

namespace mortise::program {

std::vector<std::string> Arguments(int argc, char** argv) {
  if (argc == 0) return {};
  return std::vector<std::string>(argv + 1, argv + argc);
}

}  // namespace mortise::program
