// The manual's `ssl`: starts TLS on a socket in one call.
//
//   absl::StatusOr<mortise::TlsSocket> ssl =
//       mortise::Ssl(std::move(socket), "", "", "example.org");
//   if (!ssl.ok()) return ssl.status();
//   absl::Status status = ssl->WriteAll("GET / HTTP/1.0\r\n\r\n");
//   absl::StatusOr<std::string> answer = ssl->Read(4096);
//
// Unlike the manual's function, it verifies the server. For more choices see
// mortise/core/tls/tls_context.h.

#ifndef MORTISE_CORE_TLS_SSL_H_
#define MORTISE_CORE_TLS_SSL_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"

namespace mortise {

// Python: socket.ssl. Returns the client's side of TLS on a connected socket.
// The handshake has been run, within the socket's timeout. `keyfile` and
// `certfile` are the paths of the client's own key and certificate in PEM form,
// for servers that ask for them. Give both or neither.
//
// The server's certificate must be for `server_name`. If `server_name` is
// empty, it must be for the IP address that the socket is connected to.
// `verify` can ask for less.
//
// Fails as TlsContext::Client, TlsSocket::Create and TlsSocket::Handshake do,
// and with kInvalidArgument if `server_name` is empty, `verify` is kFull and
// the peer has no IP address. With a non-blocking socket it fails with
// IsWouldBlock; use TlsSocket for the handshake of such a socket. If it fails,
// the socket is closed. Thread-safe. Blocks as long as the socket's timeout
// allows.
absl::StatusOr<TlsSocket> Ssl(Socket socket, absl::string_view keyfile = "",
                              absl::string_view certfile = "",
                              absl::string_view server_name = "",
                              TlsVerify verify = TlsVerify::kFull);

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_SSL_H_
