#include "mortise/platform/error_code.h"

#include <cstddef>
#include <iterator>

#include "absl/strings/string_view.h"

namespace mortise {
namespace {

constexpr absl::string_view kNames[] = {
    "",
    "unsupported",
    "name_not_found",
    "no_thread",
#define MORTISE_ERROR_CODE(enumerator, name) name,
#include "mortise/platform/error_codes.inc"
#undef MORTISE_ERROR_CODE
};

}  // namespace

absl::string_view ErrorCodeName(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code);
  return index < std::size(kNames) ? kNames[index] : absl::string_view();
}

ErrorCode ErrorCodeFromName(absl::string_view name) {
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<ErrorCode>(i);
  }
  return ErrorCode::kUnmapped;
}

}  // namespace mortise
