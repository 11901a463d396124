// Measures what TlsSocket costs, compared with bare BoringSSL on the same
// sockets:
//
//   bazel run -c opt //tests/benchmarks:tls_calls
//
// It sends one message in each direction, of several sizes, on one core. The
// two take turns, so that other work of the machine affects both. The shortest
// of many rounds counts.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
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

// Both ends of a connection, used as BoringSSL's manual describes.
class Bare {
 public:
  explicit Bare(const testing_tls::TestIdentity& identity)
      : sockets_(Connect()),
        client_context_(SSL_CTX_new(TLS_method())),
        server_context_(SSL_CTX_new(TLS_method())) {
    const auto reader = [](const std::string& text) {
      return bssl::UniquePtr<BIO>(
          BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    };
    bssl::UniquePtr<X509> certificate(PEM_read_bio_X509(
        reader(identity.certificate_pem).get(), nullptr, nullptr, nullptr));
    bssl::UniquePtr<EVP_PKEY> key(PEM_read_bio_PrivateKey(
        reader(identity.key_pem).get(), nullptr, nullptr, nullptr));
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

  void Send(bool from_client, absl::string_view data) {
    SSL* const ssl = from_client ? client_.get() : server_.get();
    Must(SSL_write(ssl, data.data(), static_cast<int>(data.size())) ==
             static_cast<int>(data.size()),
         "SSL_write");
  }
  std::size_t Receive(bool at_client, absl::Span<char> buffer) {
    const int size = SSL_read(at_client ? client_.get() : server_.get(),
                              buffer.data(), static_cast<int>(buffer.size()));
    Must(size > 0, "SSL_read");
    return static_cast<std::size_t>(size);
  }

 private:
  std::pair<Socket, Socket> sockets_;
  bssl::UniquePtr<SSL_CTX> client_context_;
  bssl::UniquePtr<SSL_CTX> server_context_;
  bssl::UniquePtr<SSL> client_;
  bssl::UniquePtr<SSL> server_;
};

class Ours {
 public:
  Ours(const testing_tls::TestAuthority& root,
       const testing_tls::TestIdentity& identity, absl::Duration timeout) {
    TlsOptions client;
    client.trusted.text = root.certificate_pem();
    TlsOptions server;
    server.certificate.text = identity.chain_pem;
    server.private_key.text = identity.key_pem;
    auto [client_socket, server_socket] = Connect();
    client_ = *TlsSocket::Create(*TlsContext::Client(client),
                                 std::move(client_socket), "localhost");
    server_ = *TlsSocket::Create(*TlsContext::Server(server),
                                 std::move(server_socket));
    Must(client_.SetTimeout(timeout).ok() && server_.SetTimeout(timeout).ok(),
         "timeout");
    std::thread accepting([this] { server_.Handshake().IgnoreError(); });
    Must(client_.Handshake().ok(), "Handshake");
    accepting.join();
  }

  void Send(bool from_client, absl::string_view data) {
    Must((from_client ? client_ : server_).WriteAll(data).ok(), "WriteAll");
  }
  std::size_t Receive(bool at_client, absl::Span<char> buffer) {
    const absl::StatusOr<std::size_t> size =
        (at_client ? client_ : server_).Read(buffer);
    Must(size.ok() && *size > 0, "Read");
    return *size;
  }

 private:
  TlsSocket client_;
  TlsSocket server_;
};

template <typename Ends>
absl::Duration Measure(Ends& ends, const std::string& data, int rounds) {
  std::vector<char> buffer(data.size());
  const absl::Time begin = absl::Now();
  for (int i = 0; i < rounds; ++i) {
    for (const bool from_client : {true, false}) {
      ends.Send(from_client, data);
      for (std::size_t done = 0; done < data.size();) {
        done += ends.Receive(!from_client, absl::MakeSpan(buffer));
      }
    }
  }
  return (absl::Now() - begin) / rounds;
}

void Run() {
  const testing_tls::TestAuthority root =
      testing_tls::TestAuthority::Root("Benchmark");
  const testing_tls::TestIdentity identity = root.Issue();
  Bare bare(identity);
  Ours blocking(root, identity, absl::InfiniteDuration());
  Ours timed(root, identity, absl::Seconds(60));
  std::printf("%10s %14s %14s %14s %8s %8s\n", "bytes", "bare ns",
              "blocking ns", "timeout ns", "ratio", "ratio");
  // Sizes that fit into the buffers of the system, because one thread runs both
  // ends.
  for (const std::size_t size : {16u, 1024u, 16384u, 65536u}) {
    const std::string data(size, 'x');
    absl::Duration least[3] = {absl::InfiniteDuration(),
                               absl::InfiniteDuration(),
                               absl::InfiniteDuration()};
    for (int i = 0; i < 40; ++i) {
      constexpr int kRounds = 50;
      least[0] = std::min(least[0], Measure(bare, data, kRounds));
      least[1] = std::min(least[1], Measure(blocking, data, kRounds));
      least[2] = std::min(least[2], Measure(timed, data, kRounds));
    }
    const auto ns = [&](int i) { return absl::ToDoubleNanoseconds(least[i]); };
    std::printf("%10zu %14.0f %14.0f %14.0f %8.3f %8.3f\n", size, ns(0), ns(1),
                ns(2), ns(1) / ns(0), ns(2) / ns(0));
  }
}

}  // namespace
}  // namespace benchmarks
}  // namespace mortise

int main(int argc, char**) {
  if (argc > 1) {
    std::printf(
        "usage: tls_calls\n\n"
        "TlsSocket beside bare BoringSSL, in turns: nanoseconds for a message\n"
        "there and one back, and the ratios. Takes a minute.\n");
    return 0;
  }
  mortise::benchmarks::Run();
}
