// A user's program that uses TLS: a handshake with a peer that sends nothing.

#include <iostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"

namespace {

absl::Status Stall() {
  auto sockets = mortise::SocketPair();
  if (!sockets.ok()) return sockets.status();
  auto& [socket, peer] = *sockets;
  if (auto s = socket.SetTimeout(absl::Milliseconds(20)); !s.ok()) return s;

  mortise::TlsOptions options;
  options.verify = mortise::TlsVerify::kNoneInsecure;
  const absl::StatusOr<mortise::TlsContext> context =
      mortise::TlsContext::Client(options);
  if (!context.ok()) return context.status();
  absl::StatusOr<mortise::TlsSocket> tls =
      mortise::TlsSocket::Create(*context, std::move(socket), "localhost");
  if (!tls.ok()) return tls.status();
  const absl::Status handshake = tls->Handshake();
  if (!mortise::IsTimeout(handshake)) {
    return absl::InternalError("not a timeout: " + handshake.ToString());
  }

  const absl::StatusOr<std::string> hello = peer.Recv(4096);
  if (!hello.ok()) return hello.status();
  // A record of the handshake begins with this byte.
  if ((*hello)[0] != '\x16') return absl::InternalError("no TLS: " + *hello);
  return tls->Close();
}

}  // namespace

int main() {
  const absl::Status status = Stall();
  if (status.ok()) return 0;
  std::cerr << status << "\n";
  return 1;
}
