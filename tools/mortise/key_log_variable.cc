#include "mortise/tools/mortise/key_log_variable.h"

#include <cstdlib>
#include <string>

#include "mortise/platform/tls/elevated.h"

namespace mortise::program {

std::string KeyLogVariable() {
  if (tls::IsElevated()) return "";
  const char* const file = std::getenv("SSLKEYLOGFILE");
  return file == nullptr ? "" : file;
}

}  // namespace mortise::program
