#include "tools/mortise/command.h"

#include <ostream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tools/mortise/exit_codes.h"

namespace mortise::program {

int Fail(const absl::Status& status, std::ostream& err) {
  // In one piece, so that lines of several threads do not mix.
  err << absl::StrCat("mortise: ", status.message(), "\n") << std::flush;
  return kExitFailure;
}

}  // namespace mortise::program
