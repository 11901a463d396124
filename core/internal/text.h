// Text in UTF-8 as it comes out of a stream: in pieces that end anywhere, with
// the ends of lines of every system, and from peers that may send bytes that
// are not UTF-8.

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

// The well-formed beginning of a text, and the bytes that follow it.
struct Utf8Prefix {
  // The size of the beginning, which ends with a whole character.
  std::size_t size = 0;
  // The size of the ill-formed bytes that follow: those for which Unicode
  // recommends one U+FFFD. If it is 0, nothing ill-formed follows, and the
  // bytes behind `size` can become a character with more bytes.
  std::size_t bad_size = 0;
};

// Finds the well-formed beginning of `text`.
//

// Source: The Unicode Standard, table 3-7 and "U+FFFD Substitution of Maximal
// Subparts" in section 3.9.
Utf8Prefix FindUtf8Prefix(absl::string_view text);

// Counts the characters of a growing text, or the bytes of data that is no
// text.
class CharacterCounter {
 public:
  explicit CharacterCounter(bool characters) : characters_(characters) {}

  // Goes on counting in `text`, until `limit` are counted. `text` must begin
  // with the text of the last call, and be well-formed.
  void Advance(absl::string_view text, std::size_t limit);

  std::size_t count() const { return count_; }
  // The size in bytes of what has been counted.
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

// Returns the size of the first line of `text`, its terminator included.
// Returns npos if `text` has no end of a line, or if the end is not certain: a
// \r may be the first half of a \r\n, unless nothing follows (`at_end`). The
// first `*searched` bytes are known to hold no end of a line. `*searched` is
// updated.
std::size_t FindLineEnd(absl::string_view text, Newline newline, bool at_end,
                        std::size_t* searched);

// Returns `text` with each \n replaced by what `newline` writes for it.
std::string WithNewlines(absl::string_view text, Newline newline);

// Converts the bytes of a stream to text.
class TextDecoder {
 public:
  explicit TextDecoder(Newline newline) : newline_(newline) {}

  // Moves the bytes of `*raw` to `*text`. Ill-formed bytes become
  // `replacement`. Without a replacement they stay in `*raw`, like everything
  // behind them, and false is returned. An unfinished character stays until
  // there is more of it. At the end of the stream (`at_end`) it is ill-formed.
  bool Decode(const std::optional<absl::string_view>& replacement, bool at_end,
              ByteQueue* raw, ByteQueue* text);

  // How many bytes have been moved, since the beginning of the stream.
  std::uint64_t offset() const { return offset_; }

 private:
  void AppendLines(absl::string_view decoded, ByteQueue* text);

  const Newline newline_;
  // Whether the last byte was a \r, for which a \n has been written. If a \n
  // follows, it belongs to that \r.
  bool after_cr_ = false;
  std::uint64_t offset_ = 0;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_TEXT_H_
