#include "mortise/platform/sim/net/check_argument.h"

#include <cstdio>
#include <cstdlib>

namespace mortise {
namespace sim {

void CheckArgument(bool holds, const char* argument, const char* problem) {
  if (holds) return;
  std::fprintf(stderr, "%s %s\n", argument, problem);
  std::fflush(stderr);
  std::abort();
}

}  // namespace sim
}  // namespace mortise
