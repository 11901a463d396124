// The manual's `ssl`: TLS on a socket in one call.
//
//   absl::StatusOr<mortise::TlsSocket> ssl =
//       mortise::Ssl(std::move(socket), "", "", "example.org");
//   if (!ssl.ok()) return ssl.status();
//   absl::Status status = ssl->WriteAll("GET / HTTP/1.0\r\n\r\n");
//   absl::StatusOr<std::string> answer = ssl->Read(4096);
//
// Unlike the manual's it verifies who answers. mortise/core/tls/tls_context.h
// has what can be chosen otherwise.

#ifndef MORTISE_CORE_TLS_SSL_H_
#define MORTISE_CORE_TLS_SSL_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"

namespace mortise {

// Python: socket.ssl. The client's side of TLS on a connected socket, with the
// handshake run, within the socket's timeout. `keyfile` and `certfile` are the
// client's own, in PEM form, for servers that ask; both or neither may be
// empty.
//
// The certificate of the server must be for `server_name`, or, if that is
// empty, for the IP address that the socket is connected to. `verify` says
// otherwise.
//
// Fails as TlsContext::Client, TlsSocket::Create and Handshake do; with
// kInvalidArgument iff `server_name` is empty, `verify` is kFull and the peer
// has no IP address. A non-blocking socket fails with IsWouldBlock: such
// handshakes are TlsSocket's. The socket is closed then.
absl::StatusOr<TlsSocket> Ssl(Socket socket, absl::string_view keyfile = "",
                              absl::string_view certfile = "",
                              absl::string_view server_name = "",
                              TlsVerify verify = TlsVerify::kFull);

}  // namespace mortise

#endif  // MORTISE_CORE_TLS_SSL_H_
