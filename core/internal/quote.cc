#include "mortise/core/internal/quote.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/text.h"

namespace mortise {
namespace internal {
namespace {

// Longer than any address, shorter than a line.
constexpr std::size_t kMaxQuoted = 64;

// The character that a text begins with, or a byte that begins none.
struct Character {
  std::size_t size;
  bool can_be_shown;
};

bool CanBeShown(std::uint32_t code_point) {
  const auto is_in = [code_point](std::uint32_t first, std::uint32_t last) {
    return code_point >= first && code_point <= last;
  };
  return !is_in(0x80, 0x9F) && code_point != 0x061C && !is_in(0x200E, 0x200F) &&
         !is_in(0x2028, 0x202E) && !is_in(0x2066, 0x2069);
}

// `text` is not empty.
Character First(absl::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {1, absl::ascii_isprint(lead)};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const absl::string_view character = text.substr(0, size);
  if (FindUtf8Prefix(character).size != size) return {1, false};
  std::uint32_t code_point = lead & (0xFFU >> (size + 1));
  for (const char byte : character.substr(1)) {
    code_point = code_point << 6 | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  return {size, CanBeShown(code_point)};
}

// What happens to printable ASCII characters. Other characters that can be
// shown always stay as they are.
enum class Ascii { kEscapeQuotes, kKeep };

// Calls `escape` with whole runs of characters, because the form of an escape
// may depend on the character behind it.
template <typename Escape>
std::string Escaped(absl::string_view text, Ascii ascii, Escape escape) {
  std::string result;
  while (!text.empty()) {
    std::size_t run = 0;
    std::size_t kept = 0;
    while (run < text.size() && kept == 0) {
      const Character next = First(text.substr(run));
      const bool keep =
          next.can_be_shown && (next.size > 1 || ascii == Ascii::kKeep);
      (keep ? kept : run) += next.size;
    }
    absl::StrAppend(&result, escape(text.substr(0, run)),
                    text.substr(run, kept));
    text.remove_prefix(run + kept);
  }
  return result;
}

std::string HexEscape(absl::string_view text) { return absl::CHexEscape(text); }

std::string OctalEscape(absl::string_view text) { return absl::CEscape(text); }

bool IsShown(absl::string_view text) {
  while (!text.empty()) {
    const Character next = First(text);
    if (!next.can_be_shown) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

// The beginning of a long text, which does not end within a character.
absl::string_view Beginning(absl::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    const std::size_t next = size + First(text.substr(size)).size;
    if (next > kMaxQuoted) break;
    size = next;
  }
  return text.substr(0, size);
}

}  // namespace

std::string Quote(absl::string_view text) {
  const absl::string_view beginning = Beginning(text);
  const std::string shown = Escaped(beginning, Ascii::kEscapeQuotes, HexEscape);
  if (beginning.size() == text.size()) return absl::StrCat("\"", shown, "\"");
  return absl::StrCat("\"", shown, "\"... (", text.size(), " bytes)");
}

std::string Shown(absl::string_view text) {
  return IsShown(text) ? std::string(text) : Quote(text);
}

std::string OneLine(absl::string_view message) {
  return Escaped(message, Ascii::kKeep, HexEscape);
}

std::string Escape(absl::string_view text) {
  return Escaped(text, Ascii::kEscapeQuotes, OctalEscape);
}

}  // namespace internal
}  // namespace mortise
