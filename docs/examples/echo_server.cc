// Echo server program: sends back to one client what it receives.
//
//   echo_server [HOST [PORT]]

#include <iostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"

absl::Status Serve(const std::string& host, int port) {
  absl::StatusOr<mortise::Socket> socket =
      mortise::Socket::Create(mortise::kAfInet, mortise::kSockStream);
  if (!socket.ok()) return socket.status();
  absl::Status status = socket->Bind({host, port});
  if (status.ok()) status = socket->Listen(1);
  if (!status.ok()) return status;

  absl::StatusOr<mortise::SocketAddress> name = socket->GetSockName();
  if (!name.ok()) return name.status();
  std::cout << "Listening on " << *name << std::endl;

  absl::StatusOr<mortise::AcceptResult> client = socket->Accept();
  if (!client.ok()) return client.status();
  std::cout << "Connected by " << client->address << std::endl;
  while (true) {
    absl::StatusOr<std::string> data = client->socket.Recv(1024);
    if (!data.ok()) return data.status();
    if (data->empty()) return absl::OkStatus();
    status = client->socket.SendAll(*data);
    if (!status.ok()) return status;
  }
}

int main(int argc, char** argv) {
  const std::string host = argc > 1 ? argv[1] : "";  // every local address
  int port = 50007;                                  // or 0: any free one
  if (argc > 2 && !absl::SimpleAtoi(argv[2], &port)) port = -1;

  const absl::Status status = Serve(host, port);
  if (!status.ok()) std::cerr << status.message() << std::endl;
  return status.ok() ? 0 : 1;
}
