#include "mortise/platform/sim/net/check_argument.h"

#include "absl/strings/str_cat.h"
#include "mortise/platform/sim/schedule/fatal.h"

namespace mortise {
namespace sim {

void CheckArgument(bool holds, const char* argument, const char* problem) {
  if (!holds) Fatal(absl::StrCat(argument, " ", problem));
}

}  // namespace sim
}  // namespace mortise
