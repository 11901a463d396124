#include <fcntl.h>
#include <sys/select.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/standard_streams.h"

namespace mortise::program {
namespace {

// The largest count that read and write take on every system.
constexpr std::size_t kMaxCount = 1 << 30;

// Makes `fd` an input that has ended. `fd` must be the lowest descriptor that
// is closed. Writing to it fails with EBADF, as it did before. /dev/null is not
// used: a write to that succeeds, and a jail may lack it.
void OpenPlaceholder(int fd) {
  int ends[2];
  // pipe takes the lowest free descriptors, its reading end first.
  if (pipe(ends) != 0 || ends[0] != fd) _exit(kExitFailure);
  (void)close(ends[1]);
}

bool WouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

enum class Event { kReadable, kWritable };

// Waits until it is worth trying again. poll is not used, because on macOS it
// does not support terminals and other devices. The descriptors of the standard
// streams are small enough for select.
void WaitFor(int fd, Event event) {
  fd_set fds;
  FD_ZERO(&fds);
  FD_SET(fd, &fds);
  // If this fails, the read or write that follows fails too and reports it.
  (void)select(fd + 1, event == Event::kReadable ? &fds : nullptr,
               event == Event::kWritable ? &fds : nullptr, nullptr, nullptr);
}

absl::Status Write(int fd, absl::string_view name, absl::string_view data) {
  while (!data.empty()) {
    const ssize_t count =
        write(fd, data.data(), std::min(data.size(), kMaxCount));
    if (count >= 0) {
      data.remove_prefix(static_cast<std::size_t>(count));
    } else if (WouldBlock(errno)) {
      WaitFor(fd, Event::kWritable);
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, name);
    }
  }
  return absl::OkStatus();
}

}  // namespace

void PrepareStandardStreams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) == -1) OpenPlaceholder(fd);
  }
  // SIGPIPE is ignored, so that write returns EPIPE.
  (void)std::signal(SIGPIPE, SIG_IGN);
}

absl::StatusOr<std::size_t> ReadStandardInput(absl::Span<char> buffer) {
  while (true) {
    const ssize_t count =
        read(STDIN_FILENO, buffer.data(), std::min(buffer.size(), kMaxCount));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (WouldBlock(errno)) {
      WaitFor(STDIN_FILENO, Event::kReadable);
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, "standard input");
    }
  }
}

absl::Status WriteStandardOutput(absl::string_view data) {
  return Write(STDOUT_FILENO, "standard output", data);
}

absl::Status WriteStandardError(absl::string_view data) {
  return Write(STDERR_FILENO, "standard error", data);
}

absl::Status CheckStandardOutput() {
  // Closing a duplicate reports as much as closing the last one.
  const int duplicate = dup(STDOUT_FILENO);
  if (duplicate == -1 || close(duplicate) == 0 || errno == EINTR) {
    return absl::OkStatus();
  }
  return absl::ErrnoToStatus(errno, "standard output");
}

}  // namespace mortise::program
