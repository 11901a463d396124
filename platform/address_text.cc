#include "mortise/platform/address_text.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace mortise {
namespace internal {
namespace {

constexpr std::size_t kGuidTextSize = 36;
// Whether a GUID has a hyphen at position `i`.
bool IsHyphenPlace(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

// Returns the value of the digit, or -1 if `c` is not a hexadecimal digit.
int DigitValue(char c) {
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  if (lower >= '0' && lower <= '9') return lower - '0';
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return -1;
}

}  // namespace

bool ParseBdaddr(absl::string_view text, BdaddrBytes* bytes) {
  BdaddrBytes parsed = {};
  if (!text.empty()) {
    const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
    if (parts.size() != parsed.size()) return false;
    for (std::size_t i = 0; i < parsed.size(); ++i) {
      if (parts[i].empty() || parts[i].size() > 2) return false;
      int value = 0;
      for (const char c : parts[i]) {
        const int digit = DigitValue(c);
        if (digit < 0) return false;
        value = value * 16 + digit;
      }
      parsed[i] = static_cast<std::uint8_t>(value);
    }
  }
  *bytes = parsed;
  return true;
}

std::string FormatBdaddr(const BdaddrBytes& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    absl::StrAppend(&text, text.empty() ? "" : ":",
                    absl::Hex(byte, absl::kZeroPad2));
  }
  return absl::AsciiStrToUpper(text);
}

bool ParseGuid(absl::string_view text, GuidBytes* bytes) {
  GuidBytes parsed = {};
  if (!text.empty()) {
    if (absl::ConsumePrefix(&text, "{") && !absl::ConsumeSuffix(&text, "}")) {
      return false;
    }
    if (text.size() != kGuidTextSize) return false;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (IsHyphenPlace(i)) {
        if (text[i] != '-') return false;
        continue;
      }
      const int digit = DigitValue(text[i]);
      if (digit < 0) return false;
      std::uint8_t& byte = parsed[digits++ / 2];
      byte = static_cast<std::uint8_t>(byte << 4 | digit);
    }
  }
  *bytes = parsed;
  return true;
}

std::string FormatGuid(const GuidBytes& bytes) {
  std::string digits;
  for (const std::uint8_t byte : bytes) {
    absl::StrAppend(&digits, absl::Hex(byte, absl::kZeroPad2));
  }
  std::string text;
  for (const char c : digits) {
    if (IsHyphenPlace(text.size())) text.push_back('-');
    text.push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

}  // namespace internal
}  // namespace mortise
