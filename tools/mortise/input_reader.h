// Standard input for a program that waits in a poller.

#ifndef MORTISE_TOOLS_MORTISE_INPUT_READER_H_
#define MORTISE_TOOLS_MORTISE_INPUT_READER_H_

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "mortise/core/poller.h"

namespace mortise::program {

// Reads standard input in a thread of its own, because no system can wait for
// every kind of it (files, consoles, pipes) together with sockets. At most one
// block is read ahead. For one thread.
class InputReader {
 public:
  // Begins to read. Wakes `poller`, which must live as long as the process,
  // when there is something to take. The reader is never destroyed, because
  // only the end of the process ends a read.
  static InputReader& Start(Poller& poller);

  enum class Next { kNothing, kData, kEnd };
  // What there is to take. An error counts as the end.
  Next next();
  // Takes it: an empty text at the end. Call it only if there is something.
  absl::StatusOr<std::string> Take();

 private:
  explicit InputReader(Poller& poller) : poller_(poller) {}
  void Run();

  Poller& poller_;
  std::mutex mutex_;
  std::condition_variable taken_;
  std::optional<absl::StatusOr<std::string>> block_;
};

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_INPUT_READER_H_
