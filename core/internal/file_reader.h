// The reading half of a SocketFile. What has been received and was not asked
// for yet, because it came along or because a call failed, is kept.

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
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/text.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"

namespace mortise {
namespace internal {

class FileReader {
 public:
  struct Options {
    // 0: no byte is received that was not asked for.
    std::size_t buffer_size = 0;
    bool text = false;
    Newline newline = Newline::kLf;
    // Of what has no other bound.
    std::size_t max_size = 0;
    // For what is no text; without one that is an error.
    std::optional<absl::string_view> replacement;
  };

  // `socket` is open during every call.
  FileReader(const Socket& socket, const Options& options)
      : socket_(socket), options_(options), decoder_(options.newline) {}

  // As the methods of SocketFile; sizes are characters in text mode.
  absl::StatusOr<std::string> Read(std::size_t size);
  // At most `max` bytes.
  absl::StatusOr<std::string> ReadToEnd(std::size_t max);
  absl::StatusOr<std::string> Read1(std::size_t size);
  absl::StatusOr<std::size_t> ReadInto(absl::Span<char> buffer);
  absl::StatusOr<std::size_t> ReadInto1(absl::Span<char> buffer);
  absl::StatusOr<std::string> ReadLine(std::optional<std::size_t> limit);
  absl::StatusOr<std::vector<std::string>> ReadLines(std::size_t hint);

  // How many bytes the next read has without receiving.
  std::size_t buffered() const { return ready_.size(); }

  void SetReplacement(const std::optional<absl::string_view>& replacement) {
    options_.replacement = replacement;
  }

 private:
  // One method of the above, which has one deadline.
  struct Call {
    Operation operation;
    Waiter waiter;
    // Bytes since the clock was looked at.
    std::size_t received = 0;
  };

  absl::StatusOr<std::size_t> Receive(Call& call, absl::Span<char> buffer);
  // Makes ready_ longer by what comes next, of which about `wanted` bytes are
  // needed. False at the end of the stream.
  absl::StatusOr<bool> Fill(Call& call, std::size_t wanted);
  // The size of the line that begins at `from` in ready_; 0 at the end.
  absl::StatusOr<std::size_t> FindLine(Call& call, std::size_t from,
                                       std::optional<std::size_t> limit);
  std::string Take(std::size_t bytes);
  absl::Status NoText(const Call& call) const;
  absl::Status TooLong(const Call& call, std::size_t max) const;

  const Socket& socket_;
  Options options_;
  // In text mode, what has been received and not been decoded.
  ByteQueue raw_;
  TextDecoder decoder_;
  // What can be read.
  ByteQueue ready_;
  // How much of it is known to hold no end of a line.
  std::size_t searched_ = 0;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_FILE_READER_H_
