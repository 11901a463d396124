// Standard output for a program that waits in a poller.

#ifndef MORTISE_TOOLS_MORTISE_OUTPUT_WRITER_H_
#define MORTISE_TOOLS_MORTISE_OUTPUT_WRITER_H_

#include <condition_variable>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/poller.h"

namespace mortise::program {

// Writes to standard output in a thread of its own, so that a slow reader does
// not keep the program from anything else. For one thread.
class OutputWriter {
 public:
  // `poller`, which must live as long as the process, is woken whenever
  // something has been written, and when that fails. The writer is never
  // destroyed, because only the end of the process ends a write.
  static OutputWriter& Start(Poller& poller);

  // Adds `data` to what is to be written.
  void Write(absl::string_view data);
  // Whether so little waits to be written that more may be added.
  bool HasRoom();
  // Whether everything has been written.
  bool IsIdle();
  // The first failure. Nothing is written after a failure.
  absl::Status status();

 private:
  explicit OutputWriter(Poller& poller) : poller_(poller) {}
  void Run();

  Poller& poller_;
  std::mutex mutex_;
  std::condition_variable added_;
  std::string waiting_;
  bool writing_ = false;
  absl::Status status_;
};

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_OUTPUT_WRITER_H_
