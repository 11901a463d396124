// The writing half of a SocketFile.

#ifndef MORTISE_CORE_INTERNAL_FILE_WRITER_H_
#define MORTISE_CORE_INTERNAL_FILE_WRITER_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/internal/byte_queue.h"
#include "mortise/internal/operation.h"
#include "mortise/internal/waiter.h"
#include "mortise/socket.h"

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
  absl::Status Flush(Operation operation);

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

  const Socket& socket_;
  const Options options_;
  ByteQueue unsent_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_FILE_WRITER_H_
