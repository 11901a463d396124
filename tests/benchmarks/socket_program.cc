// Opens a socket and connects it. It does the same as
// tests/benchmarks/bare_program.cc, with Mortise.

#include <cstdlib>
#include <iostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/core/socket.h"

namespace {

absl::Status Run(const char* host, int port) {
  absl::StatusOr<mortise::Socket> socket =
      mortise::Socket::Create(mortise::kAfInet, mortise::kSockStream);
  if (!socket.ok()) return socket.status();
  return socket->Connect({host, port});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const absl::Status status = Run(argv[1], std::atoi(argv[2]));
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
