#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tools/mortise/standard_streams.h"

namespace mortise::program {
namespace {

// The largest count that the systems' read and write take alike.
constexpr std::size_t kMaxCount = 1 << 30;

}  // namespace

void PrepareStandardStreams() {
  // open takes the lowest free descriptor, which is `fd` if those below it are
  // open.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) == -1) (void)open("/dev/null", O_RDWR);
  }
}

absl::StatusOr<std::size_t> ReadStandardInput(absl::Span<char> buffer) {
  while (true) {
    const ssize_t count =
        read(STDIN_FILENO, buffer.data(), std::min(buffer.size(), kMaxCount));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return absl::ErrnoToStatus(errno, "standard input");
  }
}

absl::Status WriteStandardOutput(absl::string_view data) {
  while (!data.empty()) {
    const ssize_t count =
        write(STDOUT_FILENO, data.data(), std::min(data.size(), kMaxCount));
    if (count >= 0) {
      data.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, "standard output");
    }
  }
  return absl::OkStatus();
}

}  // namespace mortise::program
