// Echo client program: sends a greeting and prints what comes back.
//
//   echo_client [HOST [PORT]]

#include <iostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"

absl::StatusOr<std::string> Greet(const std::string& host, int port) {
  absl::StatusOr<mortise::Socket> socket =
      mortise::Socket::Create(mortise::kAfInet, mortise::kSockStream);
  if (!socket.ok()) return socket.status();
  absl::Status status = socket->Connect({host, port});
  if (status.ok()) status = socket->SendAll("Hello, world");
  if (!status.ok()) return status;
  return socket->Recv(1024);
}

int main(int argc, char** argv) {
  const std::string host = argc > 1 ? argv[1] : "localhost";  // the remote host
  int port = 50007;  // the same port as used by the server
  if (argc > 2 && !absl::SimpleAtoi(argv[2], &port)) port = -1;

  const absl::StatusOr<std::string> data = Greet(host, port);
  if (!data.ok()) {
    std::cerr << data.status().message() << std::endl;
    return 1;
  }
  std::cout << "Received " << *data << std::endl;
}
