// Opens a socket and connects it. It does the same as
// tests/benchmarks/socket_program.cc, with the calls of the OS and Abseil's
// Status.

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace {

absl::StatusOr<int> Create() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return absl::ErrnoToStatus(errno, "socket");
  return fd;
}

absl::Status Connect(int fd, const char* host, const char* port) {
  addrinfo hints = {};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(host, port, &hints, &found);
  if (failure != 0) {
    return absl::NotFoundError(
        absl::StrCat("getaddrinfo ", host, ": ", gai_strerror(failure)));
  }
  const int result = connect(fd, found->ai_addr, found->ai_addrlen);
  const int error = errno;
  freeaddrinfo(found);
  if (result < 0) {
    return absl::ErrnoToStatus(error,
                               absl::StrCat("connect ", host, ":", port));
  }
  return absl::OkStatus();
}

absl::Status Run(const char* host, const char* port) {
  const absl::StatusOr<int> fd = Create();
  if (!fd.ok()) return fd.status();
  absl::Status status = Connect(*fd, host, port);
  if (close(*fd) < 0) status.Update(absl::ErrnoToStatus(errno, "close"));
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const absl::Status status = Run(argv[1], argv[2]);
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
