#include "mortise/platform/sim/schedule/fatal.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace mortise {
namespace sim {

void Fatal(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::fflush(stderr);
  std::abort();
}

}  // namespace sim
}  // namespace mortise
