// Text in PEM form (RFC 7468), cut into its blocks. Certificates, keys and
// roots are all read by this, so that each of them may stand in the same files.
//
// It is lenient about what people's editors and concatenations do to such text:
// byte-order marks, any line ends and any length of lines, white space around
// lines, text between blocks, RFC 1421's headers, no line end at the end. It is
// strict about what could lose a certificate without a word.
//
//   PemReader reader(text);
//   PemBlock block;
//   while (reader.Next(&block)) …

#ifndef MORTISE_CORE_TLS_INTERNAL_PEM_READER_H_
#define MORTISE_CORE_TLS_INTERNAL_PEM_READER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

struct PemBlock {
  // "CERTIFICATE".
  absl::string_view label;
  // What is between the boundaries.
  absl::string_view body;
  // Its place among the blocks of the text, from 1.
  int number = 0;
  // The line of its first boundary, from 1, and the one that `body` begins in.
  int line = 0;
  int body_line = 0;
  // Why it is no whole block; empty if it is one.
  std::string fault;

  // "block 2 (CERTIFICATE, line 31)".
  std::string Place() const;

  // The bytes that it holds. Returns false, and says why in `*why`, if it holds
  // none.
  bool Decode(std::string* bytes, std::string* why) const;

  // The same block as every reader of PEM understands it, with the headers that
  // say how it is encrypted. Returns false, and says why, if it has no meaning.
  bool Normalize(std::string* pem, std::string* why) const;
};

class PemReader {
 public:
  // `text` must outlive the reader and its blocks.
  explicit PemReader(absl::string_view text) : rest_(text) {}

  // The next block. Returns false at the end of the text. A boundary without
  // its counterpart makes a block with a fault.
  bool Next(PemBlock* block);

 private:
  // A boundary or, for an empty `keyword`, one line or part of it.
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

// Why there is no block in `text`: "it is empty", "it is in DER form, not in
// PEM form" and the like. Empty if nothing is known.
std::string WhyNotPem(absl::string_view text);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_PEM_READER_H_
