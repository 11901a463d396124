// A user's program: an echo over loopback. The only header of Mortise that it
// includes is "mortise/core/socket.h".

#include <iostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/socket.h"

namespace {

absl::Status Echo() {
  using mortise::Socket;
  absl::StatusOr<Socket> listener =
      Socket::Create(mortise::kAfInet, mortise::kSockStream);
  if (!listener.ok()) return listener.status();
  if (auto s = listener->Bind({"127.0.0.1", 0}); !s.ok()) return s;
  if (auto s = listener->Listen(); !s.ok()) return s;
  absl::StatusOr<mortise::SocketAddress> address = listener->GetSockName();
  if (!address.ok()) return address.status();

  absl::StatusOr<Socket> client =
      Socket::Create(mortise::kAfInet, mortise::kSockStream);
  if (!client.ok()) return client.status();
  if (auto s = client->SetTimeout(absl::Seconds(10)); !s.ok()) return s;
  if (auto s = client->Connect(*address); !s.ok()) return s;
  if (auto s = client->SendAll("hello"); !s.ok()) return s;

  absl::StatusOr<mortise::AcceptResult> accepted = listener->Accept();
  if (!accepted.ok()) return accepted.status();
  absl::StatusOr<std::string> request = accepted->socket.Recv(100);
  if (!request.ok()) return request.status();
  if (auto s = accepted->socket.SendAll(*request); !s.ok()) return s;

  absl::StatusOr<std::string> reply = client->Recv(100);
  if (!reply.ok()) return reply.status();
  if (*reply != "hello") return absl::InternalError("echoed: " + *reply);
  return client->Close();
}

}  // namespace

int main() {
  const absl::Status status = Echo();
  std::cout << status << "\n";
  return status.ok() ? 0 : 1;
}
