#include "mortise/core/tls/internal/pem_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/quote.h"
#include "openssl/base64.h"
#include "openssl/bytestring.h"
#include "openssl/mem.h"

namespace mortise {
namespace internal {
namespace {

constexpr absl::string_view kBegin = "-----BEGIN ";
constexpr absl::string_view kEnd = "-----END ";
constexpr absl::string_view kDashes = "-----";
constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kColumns = 64;

// Control characters count as blank too, because some programs fill lines and
// files with them.
bool IsBlank(char c) { return static_cast<unsigned char>(c) <= ' '; }

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

// Returns the size of the line end at the beginning of `text`, or 0 if there is
// none.
std::size_t LineEnd(absl::string_view text) {
  if (text.empty() || !IsLineEnd(text[0])) return 0;
  return absl::StartsWith(text, "\r\n") ? 2 : 1;
}

absl::string_view Trimmed(absl::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts the next line off `*text`. Returns false if there is none.
bool TakeLine(absl::string_view* text, absl::string_view* line) {
  if (text->empty()) return false;
  std::size_t size = 0;
  while (size < text->size() && !IsLineEnd((*text)[size])) ++size;
  *line = text->substr(0, size);
  text->remove_prefix(size);
  text->remove_prefix(LineEnd(*text));
  return true;
}

// Returns where `wanted` is in the first line of `text`, from `begin` on, or
// the end of the line if it is not there. Reads nothing behind what it finds,
// so that a long line is not read again and again.
std::size_t FindInLine(absl::string_view text, absl::string_view wanted,
                       std::size_t begin) {
  std::size_t at = begin;
  while (at < text.size() && !IsLineEnd(text[at]) &&
         !absl::StartsWith(text.substr(at), wanted)) {
    ++at;
  }
  return at;
}

bool IsBase64(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '+' ||
         c == '/' || c == '=';
}

// Whether `line` begins with a name and a colon.
bool IsHeader(absl::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == absl::string_view::npos) return false;
  for (const char c : line.substr(0, colon)) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-') {
      return false;
    }
  }
  return true;
}

// The parts of a block's body.
struct Body {
  // The body may be a key's, so no copy of it may stay in memory.
  ~Body() { OPENSSL_cleanse(base64.data(), base64.size()); }

  // The headers of RFC 1421, each with its line end.
  std::string headers;
  std::string base64;
};

bool ParseBody(const PemBlock& block, Body* body, std::string* why) {
  // Reserve all of it at once: a copy that a growing string leaves behind
  // cannot be wiped.
  body->base64.reserve(block.body.size());
  absl::string_view rest = block.body;
  absl::string_view raw;
  bool was_header = false;
  for (int number = block.body_line; TakeLine(&rest, &raw); ++number) {
    const absl::string_view line = Trimmed(raw);
    if (line.empty()) {
      was_header = false;
      continue;
    }
    const bool continues =
        was_header && IsBlank(raw.front()) && !IsHeader(line);
    was_header = body->base64.empty() && (continues || IsHeader(line));
    if (was_header) {
      absl::StrAppend(&body->headers, continues ? " " : "", line, "\n");
      continue;
    }
    for (const char c : line) {
      if (IsBase64(c)) {
        body->base64 += c;
      } else if (!absl::ascii_isspace(static_cast<unsigned char>(c))) {
        *why = absl::StrCat(Quote(absl::string_view(&c, 1)), " in line ",
                            number, " is not base64");
        return false;
      }
    }
  }
  if (!body->base64.empty()) return true;
  *why = "it is empty";
  return false;
}

}  // namespace

std::string PemBlock::Place() const {
  return absl::StrCat("block ", number, " (", absl::CHexEscape(label),
                      ", line ", line, ")");
}

bool PemBlock::Decode(std::string* bytes, std::string* why) const {
  Body parsed;
  if (!ParseBody(*this, &parsed, why)) return false;
  if (absl::StrContains(parsed.headers, "ENCRYPTED")) {
    *why = "it is encrypted";
    return false;
  }
  std::size_t size = 0;
  if (EVP_DecodedLength(&size, parsed.base64.size())) {
    bytes->resize(size);
    if (EVP_DecodeBase64(
            reinterpret_cast<std::uint8_t*>(&(*bytes)[0]), &size, size,
            reinterpret_cast<const std::uint8_t*>(parsed.base64.data()),
            parsed.base64.size())) {
      bytes->resize(size);
      return true;
    }
  }
  *why = "its base64 is cut off or damaged";
  return false;
}

bool PemBlock::Normalize(std::string* pem, std::string* why) const {
  Body parsed;
  if (!ParseBody(*this, &parsed, why)) return false;
  pem->clear();
  // Reserve enough that the string does not grow and leave a copy behind.
  pem->reserve(2 * parsed.base64.size() + parsed.headers.size() +
               2 * label.size() + 64);
  absl::StrAppend(pem, kBegin, label, kDashes, "\n", parsed.headers,
                  parsed.headers.empty() ? "" : "\n");
  for (std::size_t i = 0; i < parsed.base64.size(); i += kColumns) {
    absl::StrAppend(pem, absl::string_view(parsed.base64).substr(i, kColumns),
                    "\n");
  }
  absl::StrAppend(pem, kEnd, label, kDashes, "\n");
  return true;
}

void PemReader::Skip(std::size_t count) { rest_.remove_prefix(count); }

bool PemReader::NextPiece(bool in_block, Piece* piece) {
  // Skip to the next character that is not blank.
  while (!rest_.empty()) {
    if (const std::size_t end = LineEnd(rest_)) {
      Skip(end);
      ++line_;
    } else if (IsBlank(rest_.front())) {
      Skip(1);
    } else if (absl::StartsWith(rest_, kByteOrderMark)) {
      Skip(kByteOrderMark.size());
    } else {
      break;
    }
  }
  if (rest_.empty()) return false;
  *piece = Piece{};
  for (const absl::string_view keyword : {kBegin, kEnd}) {
    if (!absl::StartsWith(rest_, keyword)) continue;
    const std::size_t end = FindInLine(rest_, kDashes, keyword.size());
    if (!absl::StartsWith(rest_.substr(end), kDashes)) continue;
    piece->keyword = keyword;
    piece->label = rest_.substr(keyword.size(), end - keyword.size());
    Skip(end + kDashes.size());
    return true;
  }
  std::size_t size = 1;
  for (;; ++size) {
    size = FindInLine(rest_, kDashes, size);
    const absl::string_view next = rest_.substr(size);
    // A block may also end in the middle of a line, for example if all line
    // ends have been lost. Outside of blocks, a boundary behind other text in
    // its line is a comment.
    if (next.empty() || IsLineEnd(next.front()) ||
        (in_block &&
         (absl::StartsWith(next, kBegin) || absl::StartsWith(next, kEnd)))) {
      break;
    }
  }
  Skip(size);
  return true;
}

bool PemReader::Next(PemBlock* block) {
  Piece piece;
  do {
    if (!NextPiece(/*in_block=*/false, &piece)) return false;
  } while (piece.keyword.empty());
  *block = PemBlock{};
  block->label = piece.label;
  block->number = ++number_;
  block->line = block->body_line = line_;
  if (piece.keyword == kEnd) {
    block->fault = "it has no BEGIN line";
    return true;
  }
  const absl::string_view body = rest_;
  for (;;) {
    const absl::string_view before = rest_;
    const int line_before = line_;
    const bool is_more = NextPiece(/*in_block=*/true, &piece);
    if (is_more && piece.keyword.empty()) continue;
    if (is_more && piece.keyword == kEnd) {
      // The body ends where the boundary begins.
      const std::size_t boundary =
          kEnd.size() + piece.label.size() + kDashes.size();
      block->body = body.substr(0, body.size() - rest_.size() - boundary);
      if (piece.label != block->label) {
        block->fault = absl::StrCat("line ", line_, " ends ",
                                    Quote(piece.label), " instead");
      }
      return true;
    }
    // Another block begins here, or the text ends.
    block->body = body.substr(0, body.size() - before.size());
    block->fault = "it has no END line";
    if (is_more) {
      rest_ = before;
      line_ = line_before;
    }
    return true;
  }
}

std::string WhyNotPem(absl::string_view text) {
  if (Trimmed(text).empty()) return "it is empty";
  if (absl::StartsWith(text, "\xff\xfe") ||
      absl::StartsWith(text, "\xfe\xff")) {
    return "it is text in UTF-16, not in ASCII or UTF-8";
  }
  CBS bytes;
  CBS_init(&bytes, reinterpret_cast<const std::uint8_t*>(text.data()),
           text.size());
  CBS element;
  if (CBS_get_asn1(&bytes, &element, CBS_ASN1_SEQUENCE)) {
    return "it is in DER form, not in PEM form";
  }
  return "";
}

void SkippedBlocks::Add(absl::string_view label) {
  // The message names only as many kinds as fit into a line.
  std::string shown = absl::CHexEscape(label);
  if (labels_.size() < 5 && shown.size() < 40 &&
      std::find(labels_.begin(), labels_.end(), shown) == labels_.end()) {
    labels_.push_back(std::move(shown));
  }
}

std::string SkippedBlocks::WhyNothing(absl::string_view text) const {
  return labels_.empty() ? WhyNotPem(text)
                         : absl::StrCat("its blocks are of other kinds: ",
                                        absl::StrJoin(labels_, ", "));
}

}  // namespace internal
}  // namespace mortise
