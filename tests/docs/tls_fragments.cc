// The fragments of docs/guide.md about TLS: documents_test.cc checks that they
// stand here, but for indentation.

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"

namespace guide {

// clang-format off

absl::Status Tls(mortise::Socket socket) {
  absl::StatusOr<mortise::TlsContext> context = mortise::TlsContext::Client();
  if (!context.ok()) return context.status();
  absl::StatusOr<mortise::TlsSocket> tls = mortise::TlsSocket::Create(
      *context, std::move(socket), "example.org");
  if (!tls.ok()) return tls.status();
  absl::Status status = tls->Handshake();
  if (status.ok()) status = tls->WriteAll("GET / HTTP/1.0\r\n\r\n");
  absl::StatusOr<mortise::SocketFile> file = mortise::MakeFile(
      std::make_unique<mortise::TlsSocket>(*std::move(tls)), "rb");
  if (!file.ok()) return file.status();
  absl::StatusOr<std::string> answer = file->ReadAll(1 << 20);
  return answer.status();
}

bool TlsServer() {
  mortise::TlsOptions options;
  options.certificate.file = "chain.pem";
  options.private_key.file = "key.pem";
  absl::StatusOr<mortise::TlsContext> context =
      mortise::TlsContext::Server(options);
  return context.ok();
}

bool TlsReload(const mortise::TlsOptions& options,
               absl::StatusOr<mortise::TlsContext> context) {
  absl::Status status = context->Reload(options);
  return status.ok();
}

// clang-format on

}  // namespace guide
