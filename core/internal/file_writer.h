// The writing half of a SocketFile. A byte that has been sent is never sent
// again, whatever the error in the middle of a call, and no error is lost.

#ifndef MORTISE_CORE_INTERNAL_FILE_WRITER_H_
#define MORTISE_CORE_INTERNAL_FILE_WRITER_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/byte_queue.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"

namespace mortise {
namespace internal {

class FileWriter {
 public:
  struct Options {
    std::size_t buffer_size = 0;
    // Whether the end of a line sends everything in the buffer.
    bool line_buffered = false;
  };

  // `socket` is open during every call.
  FileWriter(const Socket& socket, const Options& options)
      : socket_(socket), options_(options) {}

  // These do what the methods of SocketFile with the same names do.
  // `end_of_line` ends a line in `data`.
  absl::Status Write(absl::string_view data, char end_of_line);
  absl::Status Flush();
  // For Close: sends the buffer and then `last`. Returns every error at once
  // and keeps none.
  absl::Status Finish(absl::string_view last);

  std::size_t unsent() const { return unsent_.size(); }

 private:
  // One call of a method above. It has one deadline.
  struct Call {
    Operation operation;
    Waiter waiter;
  };

  // Sends from the front of `*data`, until nothing is left or an error.
  absl::Status Send(Call& call, absl::string_view* data);
  absl::Status SendUnsent(Call& call);
  // Returns the error that Write has kept, and forgets it.
  absl::Status TakeKept();

  const Socket& socket_;
  const Options options_;
  ByteQueue unsent_;
  // The error of a Write that had taken its data before it failed.
  absl::Status kept_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_FILE_WRITER_H_
