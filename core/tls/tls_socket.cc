#include "mortise/core/tls/tls_socket.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/waiter.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/tls/internal/option_error.h"
#include "mortise/core/tls/internal/server_name.h"
#include "mortise/core/tls/internal/tls_context_rep.h"
#include "mortise/core/tls/internal/x509_text.h"
#include "mortise/core/tls/tls_certificate.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/platform/tls/connection.h"
#include "mortise/platform/tls/layer.h"
#include "openssl/ssl.h"
#include "openssl/stack.h"
#include "openssl/x509.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::ClosedError;
using internal::Operation;

tls::Connection& ConnectionOf(const Socket& socket) {
  return tls::Handles::Of(socket.native_handle());
}

// Runs `once` until it succeeds, it fails, or the socket may not wait any
// longer.
template <typename Once>
absl::Status RunWaiting(const Socket& socket, Operation operation,
                        WaitEvents event, Once once) {
  const internal::WaitingCall call = {*socket.platform(),
                                      socket.native_handle(),
                                      socket.GetTimeout(), operation, event};
  internal::Waiter waiter;
  for (;;) {
    const SysResult<void> result = once(ConnectionOf(socket));
    if (result.ok()) return absl::OkStatus();
    absl::Status status = waiter.AfterFailure(call, result.error);
    if (!status.ok()) return status;
  }
}

// Returns what `look` finds in the session. Returns a default value if the
// socket is closed or the handshake is not complete.
template <typename T, typename Look>
T Ask(const Socket& socket, Look look) {
  T found{};
  if (!socket.is_open()) return found;
  ConnectionOf(socket).Inspect([&](SSL* ssl) {
    if (!SSL_in_init(ssl)) found = look(ssl);
  });
  return found;
}

}  // namespace

absl::StatusOr<TlsSocket> TlsSocket::Create(const TlsContext& context,
                                            Socket socket,
                                            absl::string_view server_name,
                                            const TlsSession& session) {
  if (!socket.is_open()) return ClosedError(Operation::kSsl);
  if (!context) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, Operation::kSsl,
                         "context", "is empty");
  }
  if (socket.type() != kSockStream) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, Operation::kSsl,
                         "socket", "is not a stream socket");
  }
  absl::Status status = internal::CheckServerName(context, server_name);
  if (!status.ok()) return status;
  tls::NewSession made = internal::TlsContextRep::NewSession(
      context.rep(), server_name, static_cast<SSL_SESSION*>(session.raw()));
  if (made.ssl == nullptr) {
    return internal::TlsOutOfMemory();
  }
  const absl::Duration timeout = socket.GetTimeout();
  tls::Layer& layer = tls::Layer::Over(*socket.platform());
  const NativeHandle handle = layer.sockets().Wrap(
      socket.Detach(), std::move(made), timeout == absl::InfiniteDuration());
  absl::StatusOr<Socket> sealed =
      Socket::Adopt(handle, socket.family(), socket.type(), socket.protocol(),
                    &layer.platform());
  if (!sealed.ok()) return sealed.status();
  status = sealed->SetTimeout(timeout);
  if (!status.ok()) return status;
  return TlsSocket(*std::move(sealed));
}

absl::Status TlsSocket::Handshake() {
  if (!is_open()) return ClosedError(Operation::kDoHandshake);
  return RunWaiting(
      socket_, Operation::kDoHandshake, WaitEvents::kWritable,
      [](tls::Connection& connection) { return connection.Handshake(); });
}

absl::StatusOr<std::size_t> TlsSocket::Read(absl::Span<char> buffer) {
  return socket_.Recv(buffer);
}

absl::StatusOr<std::string> TlsSocket::Read(std::size_t bufsize) {
  return socket_.Recv(bufsize);
}

absl::StatusOr<std::string> TlsSocket::ReadAll(std::size_t max,
                                               std::string* received) {
  if (received != nullptr) received->clear();
  if (!is_open()) return ClosedError(Operation::kRead);
  if (max < 1 || max > Socket::kMaxBufSize) {
    return ArgumentError(
        absl::StatusCode::kOutOfRange, Operation::kRead, "max",
        absl::StrCat(max, " is not in 1 to ", Socket::kMaxBufSize));
  }
  absl::StatusOr<SocketFile> file = MakeFile(socket_, "rb");
  if (!file.ok()) return file.status();
  absl::StatusOr<std::string> all = file->ReadAll(max);
  if (!all.ok() && received != nullptr) {
    absl::StatusOr<std::string> kept = file->Read1(file->buffered());
    if (kept.ok()) *received = *std::move(kept);
  }
  return all;
}

absl::StatusOr<std::size_t> TlsSocket::Write(absl::string_view data) {
  return socket_.Send(data);
}

absl::Status TlsSocket::WriteAll(absl::string_view data) {
  return socket_.SendAll(data);
}

absl::Status TlsSocket::Shutdown(ShutdownHow how) {
  return socket_.Shutdown(how);
}

absl::StatusOr<Socket> TlsSocket::Unwrap() {
  if (!is_open()) return ClosedError(Operation::kUnwrap);
  absl::Status status = RunWaiting(
      socket_, Operation::kUnwrap, WaitEvents::kReadable,
      [](tls::Connection& connection) { return connection.CloseSession(); });
  if (!status.ok()) return status;
  const absl::Duration timeout = GetTimeout();
  tls::Sockets& sockets = tls::Sockets::Of(*socket_.platform());
  const NativeHandle below = sockets.Unwrap(socket_.Detach());
  if (!below.valid()) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, Operation::kUnwrap,
                         "socket", "has been copied, and the copy is in use");
  }
  absl::StatusOr<Socket> plain =
      Socket::Adopt(below, socket_.family(), socket_.type(), socket_.protocol(),
                    &sockets.platform_below());
  if (!plain.ok()) return plain.status();
  status = plain->SetTimeout(timeout);
  if (!status.ok()) return status;
  return plain;
}

absl::Status TlsSocket::Close() { return socket_.Close(); }

absl::Status TlsSocket::SetTimeout(absl::Duration timeout) {
  return socket_.SetTimeout(timeout);
}

absl::Status TlsSocket::SetBlocking(bool flag) {
  return socket_.SetBlocking(flag);
}

std::int64_t TlsSocket::FileNo() const {
  return is_open() ? ConnectionOf(socket_).socket().value() : socket_.FileNo();
}

std::size_t TlsSocket::Pending() const {
  return Ask<std::size_t>(socket_, [](SSL* ssl) {
    return static_cast<std::size_t>(SSL_pending(ssl));
  });
}

bool TlsSocket::ReadWaitsToWrite() const {
  return is_open() && ConnectionOf(socket_).ReadWaitsToWrite();
}

bool TlsSocket::WriteWaitsToRead() const {
  return is_open() && ConnectionOf(socket_).WriteWaitsToRead();
}

std::optional<TlsVersion> TlsSocket::Version() const {
  return Ask<std::optional<TlsVersion>>(socket_, [](SSL* ssl) {
    return SSL_version(ssl) == TLS1_3_VERSION ? TlsVersion::kTls13
                                              : TlsVersion::kTls12;
  });
}

std::string TlsSocket::Cipher() const {
  return Ask<std::string>(socket_, [](SSL* ssl) -> std::string {
    const SSL_CIPHER* const cipher = SSL_get_current_cipher(ssl);
    return cipher == nullptr ? "" : SSL_CIPHER_standard_name(cipher);
  });
}

std::string TlsSocket::AlpnProtocol() const {
  return Ask<std::string>(socket_, [](SSL* ssl) {
    const std::uint8_t* data = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &data, &size);
    return std::string(reinterpret_cast<const char*>(data), size);
  });
}

std::string TlsSocket::ServerName() const {
  return Ask<std::string>(socket_, [](SSL* ssl) -> std::string {
    const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
  });
}

std::vector<TlsCertificate> TlsSocket::PeerChain() const {
  return Ask<std::vector<TlsCertificate>>(socket_, [](SSL* ssl) {
    std::vector<TlsCertificate> described;
    const STACK_OF(X509)* const chain = SSL_get_peer_full_cert_chain(ssl);
    for (std::size_t i = 0; chain != nullptr && i < sk_X509_num(chain); ++i) {
      described.push_back(internal::Describe(sk_X509_value(chain, i)));
    }
    return described;
  });
}

std::optional<TlsCertificate> TlsSocket::PeerCertificate() const {
  return Ask<std::optional<TlsCertificate>>(
      socket_, [](SSL* ssl) -> std::optional<TlsCertificate> {
        const bssl::UniquePtr<X509> own(SSL_get_peer_certificate(ssl));
        if (own == nullptr) return std::nullopt;
        return internal::Describe(own.get());
      });
}

TlsSession TlsSocket::Session() const {
  return Ask<TlsSession>(socket_, [](SSL* ssl) {
    SSL_SESSION* const session = internal::NewestSession(ssl);
    if (session == nullptr) return TlsSession();
    SSL_SESSION_up_ref(session);
    return TlsSession(std::shared_ptr<void>(session, [](void* kept) {
      SSL_SESSION_free(static_cast<SSL_SESSION*>(kept));
    }));
  });
}

bool TlsSocket::SessionReused() const {
  return Ask<bool>(socket_,
                   [](SSL* ssl) { return SSL_session_reused(ssl) != 0; });
}

}  // namespace mortise
