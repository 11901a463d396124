// The reading half of a SocketFile. It keeps bytes that have been received and
// were not asked for yet, because they came along with others or because a call
// failed.

#ifndef MORTISE_CORE_INTERNAL_FILE_READER_H_
#define MORTISE_CORE_INTERNAL_FILE_READER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/internal/byte_queue.h"
#include "mortise/core/internal/stream_call.h"
#include "mortise/core/internal/text.h"
#include "mortise/core/stream.h"

namespace mortise {
namespace internal {

class FileReader {
 public:
  struct Options {
    // If 0, no byte is received that was not asked for.
    std::size_t buffer_size = 0;
    bool text = false;
    Newline newline = Newline::kLf;
    // The bound for reads that have no other bound.
    std::size_t max_size = 0;
    // Replaces bytes that are not UTF-8. If it is nullopt, such bytes are an
    // error.
    std::optional<absl::string_view> replacement;
  };

  // `stream` must outlive it, and is open during every call.
  FileReader(Stream& stream, const Options& options)
      : stream_(stream), options_(options), decoder_(options.newline) {}

  // These do what the methods of SocketFile with the same names do. Sizes are
  // characters in text mode.
  absl::StatusOr<std::string> Read(std::size_t size);
  // Reads to the end of the stream, at most `max` bytes.
  absl::StatusOr<std::string> ReadToEnd(std::size_t max);
  absl::StatusOr<std::string> Read1(std::size_t size);
  absl::StatusOr<std::size_t> ReadInto(absl::Span<char> buffer);
  absl::StatusOr<std::size_t> ReadInto1(absl::Span<char> buffer);
  absl::StatusOr<std::string> ReadLine(std::optional<std::size_t> limit);
  absl::StatusOr<std::vector<std::string>> ReadLines(std::size_t hint);

  // How many bytes the next read can return without receiving any.
  std::size_t buffered() const { return ready_.size(); }

  void SetReplacement(const std::optional<absl::string_view>& replacement) {
    options_.replacement = replacement;
  }

 private:
  // One call of a method above. It has one deadline.
  struct Call : StreamCall {
    using StreamCall::StreamCall;

    // How many bytes have come since the clock was last read.
    std::size_t received = 0;
  };

  absl::StatusOr<std::size_t> Receive(Call& call, absl::Span<char> buffer);
  // Appends what comes next to `ready_`. About `wanted` more bytes are needed.
  // Returns false at the end of the stream.
  absl::StatusOr<bool> Fill(Call& call, std::size_t wanted);
  // Returns the size of the line that begins at `from` in `ready_`, or 0 at the
  // end of the stream.
  absl::StatusOr<std::size_t> FindLine(Call& call, std::size_t from,
                                       std::optional<std::size_t> limit);
  std::string Take(std::size_t bytes);
  absl::Status NoText(const Call& call) const;
  absl::Status TooLong(const Call& call, std::size_t max) const;

  Stream& stream_;
  Options options_;
  // In text mode, the bytes that have been received and not been decoded.
  ByteQueue raw_;
  TextDecoder decoder_;
  // The bytes that can be read.
  ByteQueue ready_;
  // How many bytes at the beginning of `ready_` are known to hold no end of a
  // line.
  std::size_t searched_ = 0;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_FILE_READER_H_
