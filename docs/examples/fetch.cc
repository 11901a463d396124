// Asks a web server for its front page, and gives up after five seconds a call.

#include <iostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"

absl::Status Fetch(const std::string& host, int port) {
  absl::StatusOr<mortise::Socket> socket =
      mortise::Socket::Create(mortise::kAfInet, mortise::kSockStream);
  if (!socket.ok()) return socket.status();

  absl::Status status = socket->SetTimeout(absl::Seconds(5));
  if (status.ok()) status = socket->Connect({host, port});
  if (status.ok()) {
    status = socket->SendAll(
        absl::StrCat("GET / HTTP/1.0\r\nHost: ", host, "\r\n\r\n"));
  }
  while (status.ok()) {
    absl::StatusOr<std::string> data = socket->Recv(4096);
    if (!data.ok()) return data.status();
    if (data->empty()) break;  // the server has sent all of it
    std::cout << *data;
  }
  return status;
}

int main(int argc, char** argv) {
  const std::string host = argc > 1 ? argv[1] : "localhost";
  const int port = argc > 2 ? std::stoi(argv[2]) : 80;
  const absl::Status status = Fetch(host, port);
  if (status.ok()) return 0;
  // connect 127.0.0.1:80: Connection refused [ECONNREFUSED]
  std::cerr << status.message() << "\n";
  if (mortise::IsConnectionRefused(status)) std::cerr << "Is it running?\n";
  return 1;
}
