#include "mortise/core/tls/tls_socket.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/stream_call.h"
#include "mortise/core/poll_source.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/internal/option_error.h"
#include "mortise/core/tls/internal/server_name.h"
#include "mortise/core/tls/internal/tls_connection.h"
#include "mortise/core/tls/internal/tls_context_rep.h"
#include "mortise/core/tls/internal/x509_text.h"
#include "mortise/core/tls/tls_certificate.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/wait_interrupt.h"
#include "openssl/ssl.h"
#include "openssl/stack.h"
#include "openssl/x509.h"

namespace mortise {
namespace {

using internal::ArgumentError;
using internal::ClosedError;
using internal::Operation;
using internal::StreamCall;
using internal::TlsConnection;

static_assert(TlsSocket::kRecordSize == TlsConnection::kRecordSize,
              "the header says what the connection does");

// How much of a peer's data Unwrap discards.
constexpr std::size_t kMostDiscarded = 1 << 20;

// Returns what `look` finds in the session. Returns a default value if there is
// no connection or the handshake is not complete.
template <typename T, typename Look>
T Ask(TlsConnection* connection, Look look) {
  T found{};
  if (connection == nullptr) return found;
  connection->Inspect([&](SSL* ssl) {
    if (!SSL_in_init(ssl)) found = look(ssl);
  });
  return found;
}

StreamTry Closed(Operation operation) {
  StreamTry closed;
  closed.status = ClosedError(operation);
  return closed;
}

}  // namespace

absl::StatusOr<TlsSocket> TlsSocket::Create(const TlsContext& context,
                                            Socket socket,
                                            absl::string_view server_name,
                                            const TlsSession& session) {
  if (!socket.is_open()) return ClosedError(Operation::kSsl);
  if (socket.type() != kSockStream) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, Operation::kSsl,
                         "socket", "is not a stream socket");
  }
  return Create(context, MakeStream(std::move(socket)), server_name, session);
}

absl::StatusOr<TlsSocket> TlsSocket::Create(const TlsContext& context,
                                            std::unique_ptr<Stream> stream,
                                            absl::string_view server_name,
                                            const TlsSession& session) {
  if (stream == nullptr || !stream->is_open()) {
    return ClosedError(Operation::kSsl);
  }
  if (!context) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, Operation::kSsl,
                         "context", "is empty");
  }
  absl::Status status = internal::CheckServerName(context, server_name);
  if (!status.ok()) return status;
  bssl::UniquePtr<SSL> ssl = internal::TlsContextRep::NewSession(
      context.rep(), server_name, static_cast<SSL_SESSION*>(session.raw()));
  if (ssl == nullptr) return internal::TlsOutOfMemory();
  const absl::Duration timeout = stream->GetTimeout();
  const std::optional<Cancellation> cancellation = stream->GetCancellation();
  // The connection waits itself, for reading and writing at the same time.
  status = stream->SetTimeout(absl::ZeroDuration());
  if (status.ok()) status = stream->SetCancellation(std::nullopt);
  if (!status.ok()) return status;
  if (Socket* const socket = stream->socket()) {
    // Records are small messages one after another, the last of the handshake
    // and the first with data among them, and Nagle's algorithm would have each
    // wait for the peer's delayed acknowledgement of the one before. Where
    // there is no TCP there is no such algorithm.
    socket->SetSockOpt(kIpprotoTcp, kTcpNodelay, 1).IgnoreError();
  }
  TlsConnection* const connection =
      TlsConnection::New(std::move(stream), std::move(ssl));
  if (connection == nullptr) return internal::TlsOutOfMemory();
  TlsSocket made(connection, timeout);
  status = made.SetCancellation(cancellation);
  if (!status.ok()) return status;
  return made;
}

TlsSocket::TlsSocket(TlsSocket&& other) noexcept
    : Stream(std::move(other)),
      connection_(std::exchange(other.connection_, nullptr)),
      timeout_(other.timeout_) {}

TlsSocket& TlsSocket::operator=(TlsSocket&& other) noexcept {
  if (this == &other) return *this;
  LeavePoller();
  if (connection_ != nullptr) TlsConnection::DropHandle(connection_);
  Stream::operator=(std::move(other));
  connection_ = std::exchange(other.connection_, nullptr);
  timeout_ = other.timeout_;
  return *this;
}

TlsSocket::~TlsSocket() {
  LeavePoller();
  if (connection_ != nullptr) TlsConnection::DropHandle(connection_);
}

absl::Status TlsSocket::Handshake() {
  if (!is_open()) return ClosedError(Operation::kDoHandshake);
  StreamCall call(*this, Operation::kDoHandshake);
  for (;;) {
    const StreamTry tried = connection_->TryHandshake();
    if (!tried.status.ok()) return call.Failed(tried.status);
    if (tried.wait == WaitEvents::kNone) return absl::OkStatus();
    absl::Status status = call.Await(tried);
    if (!status.ok()) return status;
  }
}

absl::StatusOr<std::unique_ptr<Stream>> TlsSocket::Unwrap() {
  if (!is_open()) return ClosedError(Operation::kUnwrap);
  if (connection_->HasOtherHandles()) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, Operation::kUnwrap,
                         "socket", "has been copied, and the copy is in use");
  }
  LeavePoller();
  StreamCall call(*this, Operation::kUnwrap);
  std::size_t discarded = 0;
  for (;;) {
    const StreamTry tried = connection_->TryUnwrap();
    absl::Status status =
        tried.status.ok() ? tried.status : call.Failed(tried.status);
    if (tried.wait != WaitEvents::kNone) {
      status = call.Await(tried);
    } else if (tried.size > 0) {
      discarded += tried.size;
      status = call.CheckTime();
      if (status.ok() && discarded > kMostDiscarded) {
        return ArgumentError(absl::StatusCode::kResourceExhausted,
                             Operation::kUnwrap, "socket",
                             "brings more than 1 MiB of data");
      }
    } else if (status.ok()) {
      break;
    }
    if (!status.ok()) return status;
  }
  std::unique_ptr<Stream> below = connection_->TakeBelow();
  TlsConnection::DropHandle(std::exchange(connection_, nullptr));
  absl::Status status = below->SetTimeout(timeout_);
  if (status.ok()) status = below->SetCancellation(GetCancellation());
  if (!status.ok()) return status;
  return below;
}

absl::Status TlsSocket::Close() {
  if (!is_open()) return ClosedError(Operation::kClose);
  LeavePoller();
  return TlsConnection::CloseHandle(std::exchange(connection_, nullptr));
}

absl::StatusOr<std::unique_ptr<Stream>> TlsSocket::Dup() const {
  if (!is_open()) return ClosedError(Operation::kDup);
  connection_->AddHandle();
  auto copy = absl::WrapUnique(new TlsSocket(connection_, timeout_));
  absl::Status status = copy->SetCancellation(GetCancellation());
  if (!status.ok()) return status;
  return copy;
}

absl::Status TlsSocket::SetTimeout(absl::Duration timeout) {
  if (!is_open()) return ClosedError(Operation::kSetTimeout);
  absl::Status status =
      internal::CheckNotNegative(Operation::kSetTimeout, "timeout", timeout);
  if (status.ok()) timeout_ = timeout;
  return status;
}

absl::Status TlsSocket::SetBlocking(bool flag) {
  return SetTimeout(flag ? absl::InfiniteDuration() : absl::ZeroDuration());
}

Socket* TlsSocket::socket() {
  return is_open() ? connection_->below()->socket() : nullptr;
}

StreamTry TlsSocket::TryRead(absl::Span<char> buffer, TryMode) {
  if (!is_open()) return Closed(Operation::kRead);
  return connection_->TryRead(buffer);
}

StreamTry TlsSocket::TryWrite(absl::string_view data, TryMode) {
  if (!is_open()) return Closed(Operation::kWrite);
  return connection_->TryWrite(data);
}

StreamTry TlsSocket::TryFlush(const StreamTry& written) {
  if (!is_open()) return Closed(Operation::kWrite);
  return connection_->TryFlush(written);
}

StreamTry TlsSocket::TryHandshake() {
  if (!is_open()) return Closed(Operation::kDoHandshake);
  return connection_->TryHandshake();
}

StreamTry TlsSocket::TryShutdown(ShutdownHow how) {
  if (!is_open()) return Closed(Operation::kShutdown);
  return connection_->TryShutdown(how);
}

absl::StatusOr<bool> TlsSocket::Wait(
    const StreamTry& tried, absl::Duration timeout,
    absl::Span<WaitInterrupt* const> interrupts) {
  if (!is_open()) return ClosedError(Operation::kRead);
  return connection_->Wait(tried, timeout, interrupts);
}

std::shared_ptr<PollSource> TlsSocket::poll_source() {
  return is_open() ? connection_->poll_source() : nullptr;
}

std::int64_t TlsSocket::FileNo() const {
  if (!is_open()) return -1;
  const Socket* const socket = connection_->below()->socket();
  return socket == nullptr ? -1 : socket->FileNo();
}

std::size_t TlsSocket::Pending() const {
  return Ask<std::size_t>(connection_, [](SSL* ssl) {
    return static_cast<std::size_t>(SSL_pending(ssl));
  });
}

std::optional<TlsVersion> TlsSocket::Version() const {
  return Ask<std::optional<TlsVersion>>(connection_, [](SSL* ssl) {
    return SSL_version(ssl) == TLS1_3_VERSION ? TlsVersion::kTls13
                                              : TlsVersion::kTls12;
  });
}

std::string TlsSocket::Cipher() const {
  return Ask<std::string>(connection_, [](SSL* ssl) -> std::string {
    const SSL_CIPHER* const cipher = SSL_get_current_cipher(ssl);
    return cipher == nullptr ? "" : SSL_CIPHER_standard_name(cipher);
  });
}

std::string TlsSocket::AlpnProtocol() const {
  return Ask<std::string>(connection_, [](SSL* ssl) {
    const std::uint8_t* data = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &data, &size);
    return std::string(reinterpret_cast<const char*>(data), size);
  });
}

std::string TlsSocket::ServerName() const {
  return Ask<std::string>(connection_, [](SSL* ssl) -> std::string {
    const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
  });
}

std::vector<TlsCertificate> TlsSocket::PeerChain() const {
  return Ask<std::vector<TlsCertificate>>(connection_, [](SSL* ssl) {
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
      connection_, [](SSL* ssl) -> std::optional<TlsCertificate> {
        const bssl::UniquePtr<X509> own(SSL_get_peer_certificate(ssl));
        if (own == nullptr) return std::nullopt;
        return internal::Describe(own.get());
      });
}

TlsSession TlsSocket::Session() const {
  return Ask<TlsSession>(connection_, [](SSL* ssl) {
    SSL_SESSION* const session = internal::NewestSession(*ssl);
    if (session == nullptr) return TlsSession();
    SSL_SESSION_up_ref(session);
    return TlsSession(std::shared_ptr<void>(session, [](void* kept) {
      SSL_SESSION_free(static_cast<SSL_SESSION*>(kept));
    }));
  });
}

bool TlsSocket::SessionReused() const {
  return Ask<bool>(connection_,
                   [](SSL* ssl) { return SSL_session_reused(ssl) != 0; });
}

}  // namespace mortise
