#include "tools/mortise/standard_streams.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace mortise::program {
namespace {

constexpr int kInput = 0;
constexpr int kOutput = 1;
constexpr int kError = 2;

// The largest count that the systems' read and write take alike.
constexpr std::size_t kMaxCount = 1 << 30;

#ifdef _WIN32

void PrepareStream(int fd) { _setmode(fd, _O_BINARY); }

int Read(int fd, char* data, std::size_t size) {
  return _read(fd, data, static_cast<unsigned>(size));
}

int Write(int fd, const char* data, std::size_t size) {
  return _write(fd, data, static_cast<unsigned>(size));
}

#else

void PrepareStream(int fd) {
  // open takes the lowest free descriptor, which is `fd` if those below it are
  // open.
  if (fcntl(fd, F_GETFD) == -1) (void)open("/dev/null", O_RDWR);
}

ssize_t Read(int fd, char* data, std::size_t size) {
  return read(fd, data, size);
}

ssize_t Write(int fd, const char* data, std::size_t size) {
  return write(fd, data, size);
}

#endif

}  // namespace

void PrepareStandardStreams() {
  for (const int fd : {kInput, kOutput, kError}) PrepareStream(fd);
}

absl::StatusOr<std::size_t> ReadStandardInput(absl::Span<char> buffer) {
  while (true) {
    const auto count =
        Read(kInput, buffer.data(), std::min(buffer.size(), kMaxCount));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return absl::ErrnoToStatus(errno, "standard input");
  }
}

absl::Status WriteStandardOutput(absl::string_view data) {
  while (!data.empty()) {
    const auto count =
        Write(kOutput, data.data(), std::min(data.size(), kMaxCount));
    if (count >= 0) {
      data.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, "standard output");
    }
  }
  return absl::OkStatus();
}

}  // namespace mortise::program
