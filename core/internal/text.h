// Text in UTF-8 as it comes out of a stream: in pieces that end anywhere, with
// the ends of lines of every system, and from peers who send something else.

#ifndef MORTISE_CORE_INTERNAL_TEXT_H_
#define MORTISE_CORE_INTERNAL_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/core/internal/byte_queue.h"

namespace mortise {
namespace internal {

// How UTF-8 goes on behind its well-formed beginning.
struct Utf8Prefix {
  // Of the beginning, which ends with a whole character.
  std::size_t size = 0;
  // Of what follows and is no character, nor the beginning of one: the bytes
  // for which Unicode recommends one U+FFFD. 0 iff nothing ill-formed follows;
  // then what is behind `size` can become a character with more bytes.
  std::size_t bad_size = 0;
};

// Source: The Unicode Standard, table 3-7 and "U+FFFD Substitution of Maximal
// Subparts" in section 3.9.
Utf8Prefix FindUtf8Prefix(absl::string_view text);

// Counts the characters of a text that grows, or its bytes if it is none.
class CharacterCounter {
 public:
  explicit CharacterCounter(bool characters) : characters_(characters) {}

  // Goes on in `text`, which begins as it did the last time and is well-formed,
  // until `limit` are counted.
  void Advance(absl::string_view text, std::size_t limit);

  std::size_t count() const { return count_; }
  // Of those that have been counted.
  std::size_t bytes() const { return bytes_; }

 private:
  const bool characters_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

// What ends a line, by Python's values of `newline`.
enum class Newline {
  kTranslate,  // None: any of the three, which become \n
  kAny,        // "": any of the three, as they are
  kLf,         // "\n"
  kCr,         // "\r"
  kCrLf,       // "\r\n"
};

// Where the first line of `text` ends, its terminator included; npos if that is
// not in there, or not certain (a \r may be the half of a \r\n) unless nothing
// follows (`at_end`). `*searched` bytes are known not to hold an end; it is
// moved on.
std::size_t FindLineEnd(absl::string_view text, Newline newline, bool at_end,
                        std::size_t* searched);

// `text` with what `newline` writes for each \n.
std::string WithNewlines(absl::string_view text, Newline newline);

// Makes text of the bytes of a stream.
class TextDecoder {
 public:
  explicit TextDecoder(Newline newline) : newline_(newline) {}

  // Moves what there is in `raw` to `text`. What is ill-formed becomes
  // `replacement`; without one it stays where it is, and so does all behind it,
  // and false is returned. An unfinished character stays until there is more of
  // it; at the end of the stream it is ill-formed.
  bool Decode(const std::optional<absl::string_view>& replacement, bool at_end,
              ByteQueue* raw, ByteQueue* text);

  // How many bytes have been moved, since the beginning of the stream.
  std::uint64_t offset() const { return offset_; }

 private:
  void AppendLines(absl::string_view decoded, ByteQueue* text);

  const Newline newline_;
  // The last one was a \r, and has been told: a \n that follows belongs to it.
  bool after_cr_ = false;
  std::uint64_t offset_ = 0;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_TEXT_H_
