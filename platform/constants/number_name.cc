#include "mortise/platform/constants/number_name.h"

#include "absl/strings/string_view.h"
#include "mortise/platform/constants/named_number.h"

namespace mortise {
namespace constants_internal {

absl::string_view NumberName(NumberKind kind, int number) {
  for (const NamedNumber& named : NamedNumbers(kind)) {
    if (named.number == number) return named.name;
  }
  return "";
}

}  // namespace constants_internal
}  // namespace mortise
