// Echo client program, on IPv4 or IPv6: tries all addresses of the host, in
// the order in which they should be tried.
//
//   dual_stack_echo_client [HOST [PORT]]

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"

absl::StatusOr<mortise::Socket> ConnectTo(const mortise::AddrInfo& info) {
  absl::StatusOr<mortise::Socket> socket =
      mortise::Socket::Create(info.family, info.type, info.protocol);
  if (!socket.ok()) return socket;
  absl::Status status = socket->Connect(info.address);
  if (!status.ok()) return status;
  return socket;
}

absl::StatusOr<mortise::Socket> Connect(const std::string& host, int port) {
  mortise::GetAddrInfoOptions options;
  options.type = mortise::kSockStream;
  absl::StatusOr<std::vector<mortise::AddrInfo>> found =
      mortise::GetAddrInfo(host, port, options);
  if (!found.ok()) return found.status();
  absl::StatusOr<mortise::Socket> socket;
  for (const mortise::AddrInfo& info : *found) {
    socket = ConnectTo(info);
    if (socket.ok()) break;
  }
  return socket;  // or why the last address failed
}

absl::StatusOr<std::string> Greet(const std::string& host, int port) {
  absl::StatusOr<mortise::Socket> socket = Connect(host, port);
  if (!socket.ok()) return socket.status();
  absl::Status status = socket->SendAll("Hello, world");
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
