// Lets a std::ostream write to a standard stream, and keeps the reason if that
// fails. std::cout keeps no reason, and it loses data if the stream is
// non-blocking.
//
//   OutputBuffer buffer(WriteStandardOutput);
//   std::ostream out(&buffer);
//   out << "text" << std::flush;
//   if (!buffer.status().ok()) …

#ifndef MORTISE_TOOLS_MORTISE_OUTPUT_BUFFER_H_
#define MORTISE_TOOLS_MORTISE_OUTPUT_BUFFER_H_

#include <array>
#include <streambuf>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mortise::program {

// Not thread-safe. Blocks as long as `write` blocks. Flush the stream before
// the buffer is destroyed, because the destructor does not.
class OutputBuffer : public std::streambuf {
 public:
  // Writes all of the data, or returns the reason why it cannot.
  using Write = absl::Status (*)(absl::string_view data);

  explicit OutputBuffer(Write write);

  // The first failure. Nothing is written after a failure.
  const absl::Status& status() const { return status_; }

 protected:
  int_type overflow(int_type c) override;
  int sync() override;

 private:
  const Write write_;
  absl::Status status_;
  std::array<char, 8192> buffer_;
};

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_OUTPUT_BUFFER_H_
