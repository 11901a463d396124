// The writing half of a SocketFile. A byte that has been sent is never sent
// again, whatever the error in the middle of a call, and no error is lost.

#ifndef MORTISE_CORE_INTERNAL_FILE_WRITER_H_
#define MORTISE_CORE_INTERNAL_FILE_WRITER_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/byte_queue.h"
#include "mortise/core/internal/stream_call.h"
#include "mortise/core/stream.h"

namespace mortise {
namespace internal {

class FileWriter {
 public:
  struct Options {
    std::size_t buffer_size = 0;
    // Whether the end of a line sends everything in the buffer.
    bool line_buffered = false;
  };

  // `stream` must outlive it, and is open during every call.
  FileWriter(Stream& stream, const Options& options)
      : stream_(stream), options_(options) {}

  // These do what the methods of SocketFile with the same names do.
  // `end_of_line` ends a line in `data`.
  absl::Status Write(absl::string_view data, char end_of_line);
  absl::Status Flush();
  // For Close: sends the buffer and then `last`. Returns every error at once
  // and keeps none.
  absl::Status Finish(absl::string_view last);

  std::size_t unsent() const { return unsent_.size(); }

 private:
  // Gives the stream what is in the buffer. Each method above is one `call`,
  // with one deadline.
  absl::Status SendUnsent(StreamCall& call);
  // Returns the error that Write has kept, and forgets it.
  absl::Status TakeKept();

  Stream& stream_;
  const Options options_;
  // What the stream has not taken. What it has taken, it sends by itself.
  ByteQueue unsent_;
  // The error of a Write that had taken its data before it failed.
  absl::Status kept_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_FILE_WRITER_H_
