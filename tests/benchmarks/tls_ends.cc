#include "mortise/tests/benchmarks/tls_ends.h"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/tests/tls/test_authority.h"
#include "openssl/bio.h"
#include "openssl/pem.h"
#include "openssl/ssl.h"

namespace mortise {
namespace benchmarks {
namespace {

void Must(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "%s failed\n", what);
  std::exit(1);
}

const testing_tls::TestAuthority& Root() {
  static const auto* const root = new testing_tls::TestAuthority(
      testing_tls::TestAuthority::Root("Benchmark"));
  return *root;
}

const testing_tls::TestIdentity& Identity() {
  static const auto* const identity =
      new testing_tls::TestIdentity(Root().Issue());
  return *identity;
}

// Without Nagle's algorithm, which would measure the peer's delayed
// acknowledgements.
std::pair<Socket, Socket> Connect() {
  absl::StatusOr<Socket> listener = Socket::Create(kAfInet, kSockStream);
  absl::StatusOr<Socket> client = Socket::Create(kAfInet, kSockStream);
  Must(listener.ok() && client.ok(), "socket");
  Must(listener->Bind({"127.0.0.1", 0}).ok(), "bind");
  Must(listener->Listen().ok(), "listen");
  Must(client->Connect(*listener->GetSockName()).ok(), "connect");
  absl::StatusOr<AcceptResult> accepted = listener->Accept();
  Must(accepted.ok(), "accept");
  for (Socket* socket : {&*client, &accepted->socket}) {
    Must(socket->SetSockOpt(kIpprotoTcp, kTcpNodelay, 1).ok(), "TCP_NODELAY");
  }
  return {*std::move(client), std::move(accepted->socket)};
}

bssl::UniquePtr<BIO> Reader(const std::string& text) {
  return bssl::UniquePtr<BIO>(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace

BareTls::BareTls()
    : sockets_(Connect()),
      client_context_(SSL_CTX_new(TLS_method())),
      server_context_(SSL_CTX_new(TLS_method())) {
  const bssl::UniquePtr<X509> certificate(PEM_read_bio_X509(
      Reader(Identity().certificate_pem).get(), nullptr, nullptr, nullptr));
  const bssl::UniquePtr<EVP_PKEY> key(PEM_read_bio_PrivateKey(
      Reader(Identity().key_pem).get(), nullptr, nullptr, nullptr));
  Must(SSL_CTX_use_certificate(server_context_.get(), certificate.get()) &&
           SSL_CTX_use_PrivateKey(server_context_.get(), key.get()),
       "certificate");
  client_.reset(SSL_new(client_context_.get()));
  server_.reset(SSL_new(server_context_.get()));
  SSL_set_fd(client_.get(), static_cast<int>(sockets_.first.FileNo()));
  SSL_set_fd(server_.get(), static_cast<int>(sockets_.second.FileNo()));
  std::thread accepting([this] { SSL_accept(server_.get()); });
  Must(SSL_connect(client_.get()) == 1, "SSL_connect");
  accepting.join();
}

void BareTls::Send(bool from_client, absl::string_view data) {
  SSL* const ssl = from_client ? client_.get() : server_.get();
  Must(SSL_write(ssl, data.data(), static_cast<int>(data.size())) ==
           static_cast<int>(data.size()),
       "SSL_write");
}

std::size_t BareTls::Receive(bool at_client, absl::Span<char> buffer) {
  const int size = SSL_read(at_client ? client_.get() : server_.get(),
                            buffer.data(), static_cast<int>(buffer.size()));
  Must(size > 0, "SSL_read");
  return static_cast<std::size_t>(size);
}

void BareTls::Drop() {
  client_.reset();
  server_.reset();
}

MortiseTls::MortiseTls(absl::Duration timeout) {
  TlsOptions client;
  client.trusted.text = Root().certificate_pem();
  TlsOptions server;
  server.certificate.text = Identity().chain_pem;
  server.private_key.text = Identity().key_pem;
  auto [client_socket, server_socket] = Connect();
  client_context_ = *TlsContext::Client(client);
  server_context_ = *TlsContext::Server(server);
  client_ = *TlsSocket::Create(client_context_, std::move(client_socket),
                               "localhost");
  server_ = *TlsSocket::Create(server_context_, std::move(server_socket));
  Must(client_.SetTimeout(timeout).ok() && server_.SetTimeout(timeout).ok(),
       "timeout");
  std::thread accepting([this] { server_.Handshake().IgnoreError(); });
  Must(client_.Handshake().ok(), "Handshake");
  accepting.join();
}

void MortiseTls::Send(bool from_client, absl::string_view data) {
  Must((from_client ? client_ : server_).WriteAll(data).ok(), "WriteAll");
}

std::size_t MortiseTls::Receive(bool at_client, absl::Span<char> buffer) {
  const absl::StatusOr<std::size_t> size =
      (at_client ? client_ : server_).Read(buffer);
  Must(size.ok() && *size > 0, "Read");
  return *size;
}

void MortiseTls::Drop() {
  client_ = TlsSocket();
  server_ = TlsSocket();
}

}  // namespace benchmarks
}  // namespace mortise
