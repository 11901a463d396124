// Cuts text in PEM form (RFC 7468) into its blocks. Certificates, keys and
// roots are all read by this class, so that they may be in the same file.
//
// It is lenient about what editors and concatenations do to such text:
//   - byte-order marks
//   - any line ends and any length of lines
//   - white space around lines
//   - text between blocks
//   - headers of RFC 1421
//   - no line end at the end of the text
// It is strict about faults that could lose a certificate without an error.
//
//   PemReader reader(text);
//   PemBlock block;
//   while (reader.Next(&block)) …

#ifndef MORTISE_CORE_TLS_INTERNAL_PEM_READER_H_
#define MORTISE_CORE_TLS_INTERNAL_PEM_READER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

struct PemBlock {
  // "CERTIFICATE".
  absl::string_view label;
  // The text between the boundaries.
  absl::string_view body;
  // The number of the block in the text, from 1.
  int number = 0;
  // The line of the first boundary, and the line in which `body` begins. Lines
  // count from 1.
  int line = 0;
  int body_line = 0;
  // Why the block is not whole; empty if it is.
  std::string fault;

  // "block 2 (CERTIFICATE, line 31)".
  std::string Place() const;

  // Decodes the bytes of the block. Returns false, and says why in `*why`, if
  // that is not possible.
  bool Decode(std::string* bytes, std::string* why) const;

  // Writes the same block in the form that every reader of PEM understands,
  // with the headers that say how it is encrypted. Returns false, and says why
  // in `*why`, if the body is not base64.
  bool Normalize(std::string* pem, std::string* why) const;
};

class PemReader {
 public:
  // `text` must outlive the reader and its blocks.
  explicit PemReader(absl::string_view text) : rest_(text) {}

  // Reads the next block. Returns false at the end of the text. A boundary
  // without its counterpart becomes a block with a fault.
  bool Next(PemBlock* block);

 private:
  // A boundary or, if `keyword` is empty, a line or a part of a line.
  struct Piece {
    absl::string_view keyword;
    absl::string_view label;
  };
  bool NextPiece(bool in_block, Piece* piece);
  void Skip(std::size_t count);

  absl::string_view rest_;
  int line_ = 1;
  int number_ = 0;
};

// Returns the reason why there is no block in `text`: "it is empty", "it is in
// DER form, not in PEM form" and the like. Returns "" if the reason is not
// known.
std::string WhyNotPem(absl::string_view text);

// The blocks of other kinds that a reader has skipped.
class SkippedBlocks {
 public:
  void Add(absl::string_view label);

  // Returns the reason why the reader found nothing in `text`: the kinds of the
  // blocks, or WhyNotPem if there were none.
  std::string WhyNothing(absl::string_view text) const;

 private:
  std::vector<std::string> labels_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_PEM_READER_H_
