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
    // Whether the end of a line sends all that is there.
    bool line_buffered = false;
  };

  // `socket` is open during every call.
  FileWriter(const Socket& socket, const Options& options)
      : socket_(socket), options_(options) {}

  // As the methods of SocketFile. `end_of_line` is what ends a line in `data`.
  absl::Status Write(absl::string_view data, char end_of_line);
  absl::Status Flush();
  // For Close: sends what is there and then `last`, and never keeps an error.
  absl::Status Finish(absl::string_view last);

  std::size_t unsent() const { return unsent_.size(); }

 private:
  // One method of the above, which has one deadline.
  struct Call {
    Operation operation;
    Waiter waiter;
  };

  // Sends from the front of `*data`, until nothing is left or an error.
  absl::Status Send(Call& call, absl::string_view* data);
  absl::Status SendUnsent(Call& call);
  // The error that Write has kept, which is told once.
  absl::Status TakeKept();

  const Socket& socket_;
  const Options options_;
  ByteQueue unsent_;
  // Of a Write that had taken its data before it failed.
  absl::Status kept_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_FILE_WRITER_H_
