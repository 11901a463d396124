#include "mortise/core/internal/text.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/byte_queue.h"

namespace mortise {
namespace internal {
namespace {

constexpr std::size_t kNone = absl::string_view::npos;

// What the first byte of a character says about the bytes that follow: how many
// there are, and the range of the next one. The others are 80 to BF.
struct Lead {
  std::size_t following;
  unsigned char low;
  unsigned char high;
};

bool DecodeLead(unsigned char byte, Lead* lead) {
  if (byte >= 0xC2 && byte <= 0xDF) {
    *lead = {1, 0x80, 0xBF};
  } else if (byte == 0xE0) {
    *lead = {2, 0xA0, 0xBF};  // less would have fitted into two bytes
  } else if (byte == 0xED) {
    *lead = {2, 0x80, 0x9F};  // more would be a surrogate
  } else if (byte >= 0xE1 && byte <= 0xEF) {
    *lead = {2, 0x80, 0xBF};
  } else if (byte == 0xF0) {
    *lead = {3, 0x90, 0xBF};
  } else if (byte >= 0xF1 && byte <= 0xF3) {
    *lead = {3, 0x80, 0xBF};
  } else if (byte == 0xF4) {
    *lead = {3, 0x80, 0x8F};  // more would be beyond U+10FFFF
  } else {
    return false;
  }
  return true;
}

std::size_t SizeOfCharacter(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0xC0) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

}  // namespace

Utf8Prefix FindUtf8Prefix(absl::string_view text) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t at = 0;
  while (at < text.size()) {
    if (bytes[at] < 0x80) {
      ++at;
      continue;
    }
    Lead lead;
    if (!DecodeLead(bytes[at], &lead)) return {at, 1};
    for (std::size_t i = 1; i <= lead.following; ++i) {
      if (at + i == text.size()) return {at, 0};
      const unsigned char byte = bytes[at + i];
      if (byte < lead.low || byte > lead.high) return {at, i};
      lead.low = 0x80;
      lead.high = 0xBF;
    }
    at += 1 + lead.following;
  }
  return {at, 0};
}

void CharacterCounter::Advance(absl::string_view text, std::size_t limit) {
  if (!characters_) {
    count_ = bytes_ = std::min(text.size(), limit);
    return;
  }
  while (count_ < limit && bytes_ < text.size()) {
    bytes_ += SizeOfCharacter(text[bytes_]);
    ++count_;
  }
}

std::size_t FindLineEnd(absl::string_view text, Newline newline, bool at_end,
                        std::size_t* searched) {
  const char last = newline == Newline::kCr ? '\r' : '\n';
  for (;;) {
    const std::size_t end = newline == Newline::kAny
                                ? text.find_first_of("\r\n", *searched)
                                : text.find(last, *searched);
    if (end == kNone) {
      *searched = text.size();
      return kNone;
    }
    *searched = end;
    switch (newline) {
      case Newline::kTranslate:
      case Newline::kLf:
      case Newline::kCr:
        return end + 1;
      case Newline::kCrLf:
        if (end > 0 && text[end - 1] == '\r') return end + 1;
        ++*searched;
        break;
      case Newline::kAny:
        if (text[end] == '\n') return end + 1;
        if (end + 1 == text.size()) return at_end ? end + 1 : kNone;
        return text[end + 1] == '\n' ? end + 2 : end + 1;
    }
  }
}

std::string WithNewlines(absl::string_view text, Newline newline) {
  if (newline == Newline::kCr) return absl::StrReplaceAll(text, {{"\n", "\r"}});
  if (newline == Newline::kCrLf) {
    return absl::StrReplaceAll(text, {{"\n", "\r\n"}});
  }
  return std::string(text);
}

bool TextDecoder::Decode(const std::optional<absl::string_view>& replacement,
                         bool at_end, ByteQueue* raw, ByteQueue* text) {
  while (!raw->empty()) {
    const absl::string_view bytes = raw->view();
    Utf8Prefix prefix = FindUtf8Prefix(bytes);
    if (at_end && prefix.bad_size == 0) {
      prefix.bad_size = bytes.size() - prefix.size;
    }
    AppendLines(bytes.substr(0, prefix.size), text);
    std::size_t moved = prefix.size;
    const bool bad = prefix.bad_size > 0;
    if (bad && replacement.has_value()) {
      AppendLines(*replacement, text);
      moved += prefix.bad_size;
    }
    raw->Consume(moved);
    offset_ += moved;
    if (!bad) return true;
    if (!replacement.has_value()) return false;
  }
  return true;
}

void TextDecoder::AppendLines(absl::string_view decoded, ByteQueue* text) {
  if (newline_ != Newline::kTranslate) {
    text->Append(decoded);
    return;
  }
  while (!decoded.empty()) {
    if (after_cr_ && decoded[0] == '\n') decoded.remove_prefix(1);
    after_cr_ = false;
    const std::size_t cr = decoded.find('\r');
    text->Append(decoded.substr(0, cr));
    if (cr == kNone) return;
    text->Append("\n");
    after_cr_ = true;
    decoded.remove_prefix(cr + 1);
  }
}

}  // namespace internal
}  // namespace mortise
