#include "mortise/platform/sim/environment.h"

#include <cstdint>
#include <cstdlib>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "mortise/platform/sim/schedule/fatal.h"

namespace mortise {
namespace sim {

std::optional<std::uint64_t> NumberFromEnvironment(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  std::uint64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) {
    Fatal(absl::StrCat(name, "=", text, ": no number of 64 bits"));
  }
  return number;
}

}  // namespace sim
}  // namespace mortise
