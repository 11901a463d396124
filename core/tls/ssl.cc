#include "mortise/core/tls/ssl.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"

namespace mortise {

absl::StatusOr<TlsSocket> Ssl(Socket socket, absl::string_view keyfile,
                              absl::string_view certfile,
                              absl::string_view server_name, TlsVerify verify) {
  if (!socket.is_open())
    return internal::ClosedError(internal::Operation::kSsl);
  TlsOptions options;
  options.verify = verify;
  options.private_key.file = std::string(keyfile);
  options.certificate.file = std::string(certfile);
  const absl::StatusOr<TlsContext> context = TlsContext::Client(options);
  if (!context.ok()) return context.status();

  std::string host(server_name);
  if (host.empty()) {
    const absl::StatusOr<SocketAddress> peer = socket.GetPeerName();
    if (!peer.ok()) return peer.status();
    if (peer->family() == kAfInet || peer->family() == kAfInet6) {
      host = peer->host();
    }
  }
  absl::StatusOr<TlsSocket> tls =
      TlsSocket::Create(*context, std::move(socket), host);
  if (!tls.ok()) return tls;
  absl::Status status = tls->Handshake();
  if (!status.ok()) return status;
  return tls;
}

}  // namespace mortise
