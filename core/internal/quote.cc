#include "mortise/internal/quote.h"

#include <cstddef>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {
namespace {

// Longer than any address, shorter than a line.
constexpr std::size_t kMaxQuoted = 64;

}  // namespace

std::string Quote(absl::string_view text) {
  const std::string shown = absl::CHexEscape(text.substr(0, kMaxQuoted));
  if (text.size() <= kMaxQuoted) return absl::StrCat("\"", shown, "\"");
  return absl::StrCat("\"", shown, "\"... (", text.size(), " bytes)");
}

}  // namespace internal
}  // namespace mortise
