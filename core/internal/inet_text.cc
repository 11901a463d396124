#include "mortise/core/internal/inet_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {
namespace {

constexpr std::size_t kGroups = 8;  // of an IPv6 address, 16 bits each

constexpr unsigned kNoDigit = 16;

constexpr std::array<std::uint8_t, 256> DigitValues() {
  std::array<std::uint8_t, 256> values = {};
  for (std::size_t c = 0; c < values.size(); ++c) {
    values[c] = static_cast<std::uint8_t>(c >= '0' && c <= '9'   ? c - '0'
                                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                                 : kNoDigit);
  }
  return values;
}

// Returns the value of a digit in any base up to 16, or kNoDigit. The C
// library's functions are not used, because they depend on the locale.
unsigned DigitValue(char c) {
  static constexpr std::array<std::uint8_t, 256> kValues = DigitValues();
  return kValues[static_cast<unsigned char>(c)];
}

bool ConsumeChar(absl::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

// Takes 1 to 3 digits that make at most 255. A leading zero is refused, because
// programs disagree on whether "010" is 8 or 10.
bool ConsumeDecimalByte(absl::string_view* text, std::uint8_t* byte) {
  unsigned value = 0;
  std::size_t digits = 0;
  for (; digits < text->size(); ++digits) {
    const unsigned digit = DigitValue((*text)[digits]);
    if (digit >= 10) break;
    if (digits > 0 && value == 0) return false;
    value = value * 10 + digit;
    if (value > 255) return false;
  }
  if (digits == 0) return false;
  text->remove_prefix(digits);
  *byte = static_cast<std::uint8_t>(value);
  return true;
}

unsigned ConsumeBase(absl::string_view* text) {
  if (text->size() < 2 || text->front() != '0') return 10;
  const char second = (*text)[1];
  if (second == 'x' || second == 'X') {
    text->remove_prefix(2);
    return 16;
  }
  // The zero stays in the text, because "0" is a number too.
  return 8;
}

// Takes a number of up to 32 bits in C's notation.
bool ConsumeNumber(absl::string_view* text, std::uint32_t* number) {
  const unsigned base = ConsumeBase(text);
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (; digits < text->size(); ++digits) {
    const unsigned digit = DigitValue((*text)[digits]);
    if (digit >= base) break;
    value = value * base + digit;
    if (value > 0xffffffff) return false;
  }
  if (digits == 0) return false;
  text->remove_prefix(digits);
  *number = static_cast<std::uint32_t>(value);
  return true;
}

// Takes 1 to 4 hexadecimal digits.
bool ConsumeGroup(absl::string_view* text, std::uint32_t* group) {
  std::uint32_t value = 0;
  std::size_t digits = 0;
  for (; digits < 4 && digits < text->size(); ++digits) {
    const unsigned digit = DigitValue((*text)[digits]);
    if (digit >= 16) break;
    value = value << 4 | digit;
  }
  if (digits == 0) return false;
  text->remove_prefix(digits);
  *group = value;
  return true;
}

// The bytes of an IPv6 address from left to right, and where "::" stood.
class Ipv6Builder {
 public:
  bool AddGroup(std::uint32_t group) {
    if (size_ + 2 > bytes_.size()) return false;
    bytes_[size_++] = static_cast<std::uint8_t>(group >> 8);
    bytes_[size_++] = static_cast<std::uint8_t>(group);
    return true;
  }

  bool AddIpv4(const Ipv4Bytes& ipv4) {
    if (size_ + ipv4.size() > bytes_.size()) return false;
    std::copy(ipv4.begin(), ipv4.end(), bytes_.begin() + size_);
    size_ += ipv4.size();
    return true;
  }

  bool AddGap() {
    if (gap_.has_value()) return false;
    gap_ = size_;
    return true;
  }

  // A gap stands for at least one group of zeros, as in inet_pton(3).
  bool Finish(Ipv6Bytes* bytes) {
    if (gap_.has_value() == (size_ == bytes_.size())) return false;
    if (gap_.has_value()) {
      const auto gap = bytes_.begin() + *gap_;
      const auto tail =
          std::copy_backward(gap, bytes_.begin() + size_, bytes_.end());
      std::fill(gap, tail, 0);
    }
    *bytes = bytes_;
    return true;
  }

 private:
  Ipv6Bytes bytes_ = {};
  std::size_t size_ = 0;
  std::optional<std::size_t> gap_;
};

// Neighbouring groups of zeros.
struct ZeroRun {
  std::size_t begin = kGroups;
  std::size_t length = 0;
};

// Returns the run that "::" stands for (RFC 5952, sections 4.2.2 and 4.2.3):
// the longest run, or the first of several longest ones, and never a single
// group.
ZeroRun LongestZeroRun(const std::array<std::uint32_t, kGroups>& groups) {
  ZeroRun longest;
  for (std::size_t begin = 0; begin < kGroups;) {
    std::size_t end = begin;
    while (end < kGroups && groups[end] == 0) ++end;
    if (end - begin >= 2 && end - begin > longest.length) {
      longest = {begin, end - begin};
    }
    begin = end + 1;
  }
  return longest;
}

// RFC 4291, section 2.5.5: IPv4-compatible and IPv4-mapped.
bool EndsInIpv4(const std::array<std::uint32_t, kGroups>& groups,
                const ZeroRun& run) {
  return run.begin == 0 &&
         (run.length == 6 || (run.length == 5 && groups[5] == 0xffff));
}

void AppendGroups(const std::array<std::uint32_t, kGroups>& groups,
                  std::size_t count, const ZeroRun& run, std::string* text) {
  for (std::size_t i = 0; i < count; ++i) {
    if (i == run.begin) {
      text->append("::");
      i += run.length - 1;
      continue;
    }
    if (!text->empty() && text->back() != ':') text->push_back(':');
    absl::StrAppend(text, absl::Hex(groups[i]));
  }
}

}  // namespace

bool ParseIpv4(absl::string_view text, Ipv4Bytes* bytes) {
  Ipv4Bytes parsed;
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    if (i > 0 && !ConsumeChar(&text, '.')) return false;
    if (!ConsumeDecimalByte(&text, &parsed[i])) return false;
  }
  if (!text.empty()) return false;
  *bytes = parsed;
  return true;
}

bool ParseIpv4Loosely(absl::string_view text, Ipv4Bytes* bytes) {
  std::uint32_t address = 0;
  // The last part fills the rest of the address: all 32 bits if it is the only
  // part, and otherwise 24, 16 or 8 bits.
  std::uint32_t most = 0xffffffff;
  for (int shift = 24;; shift -= 8) {
    std::uint32_t part;
    if (!ConsumeNumber(&text, &part)) return false;
    if (text.empty()) {
      if (part > most) return false;
      address |= part;
      break;
    }
    if (shift == 0 || part > 255 || !ConsumeChar(&text, '.')) return false;
    address |= part << shift;
    most >>= 8;
  }
  *bytes = {static_cast<std::uint8_t>(address >> 24),
            static_cast<std::uint8_t>(address >> 16),
            static_cast<std::uint8_t>(address >> 8),
            static_cast<std::uint8_t>(address)};
  return true;
}

bool ParseIpv6(absl::string_view text, Ipv6Bytes* bytes) {
  Ipv6Builder builder;
  if (ConsumeChar(&text, ':')) {
    if (!ConsumeChar(&text, ':') || !builder.AddGap()) return false;
  }
  while (!text.empty()) {
    const absl::string_view tail = text;
    std::uint32_t group;
    if (!ConsumeGroup(&text, &group)) return false;
    if (!text.empty() && text.front() == '.') {
      Ipv4Bytes ipv4;
      if (!ParseIpv4(tail, &ipv4) || !builder.AddIpv4(ipv4)) return false;
      break;
    }
    if (!builder.AddGroup(group)) return false;
    if (text.empty()) break;
    if (!ConsumeChar(&text, ':') || text.empty()) return false;
    if (ConsumeChar(&text, ':') && !builder.AddGap()) return false;
  }
  return builder.Finish(bytes);
}

HostForm FormOf(absl::string_view host) {
  Ipv4Bytes ipv4;
  if (ParseIpv4Loosely(host, &ipv4)) return HostForm::kIpv4;
  Ipv6Bytes ipv6;
  if (ParseIpv6(host.substr(0, host.find('%')), &ipv6)) return HostForm::kIpv6;
  return HostForm::kName;
}

bool IsIpv4Mapped(absl::string_view address) {
  constexpr absl::string_view kPrefix("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  return absl::StartsWith(address, kPrefix);
}

std::optional<std::uint64_t> ReadDecimal(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      return std::nullopt;
    }
    value = std::min(value * 10 + static_cast<std::uint64_t>(c - '0'),
                     std::uint64_t{1} << 32);
  }
  return value;
}

std::string FormatIpv4(const Ipv4Bytes& bytes) {
  return absl::StrCat(bytes[0], ".", bytes[1], ".", bytes[2], ".", bytes[3]);
}

std::string FormatIpv6(const Ipv6Bytes& bytes) {
  std::array<std::uint32_t, kGroups> groups;
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = std::uint32_t{bytes[2 * i]} << 8 | bytes[2 * i + 1];
  }
  const ZeroRun run = LongestZeroRun(groups);
  std::string text;
  if (!EndsInIpv4(groups, run)) {
    AppendGroups(groups, kGroups, run, &text);
    return text;
  }
  AppendGroups(groups, kGroups - 2, run, &text);
  if (text.back() != ':') text.push_back(':');
  return text + FormatIpv4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

}  // namespace internal
}  // namespace mortise
