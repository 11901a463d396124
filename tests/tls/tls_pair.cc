#include "mortise/tests/tls/tls_pair.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/backend.h"
#include "mortise/tests/tls/test_authority.h"

namespace mortise {
namespace testing_tls {

std::string VersionName(TlsVersion version) {
  return version == TlsVersion::kTls12 ? "Tls12" : "Tls13";
}

TlsOptions Trusting(const TestAuthority& root) {
  TlsOptions options;
  options.trusted.text = root.certificate_pem();
  return options;
}

TlsOptions Being(const TestIdentity& identity) {
  TlsOptions options;
  options.certificate.text = identity.chain_pem;
  options.private_key.text = identity.key_pem;
  return options;
}

TlsContext MustClient(const TlsOptions& options) {
  absl::StatusOr<TlsContext> context = TlsContext::Client(options);
  EXPECT_TRUE(context.ok()) << context.status();
  return context.ok() ? *std::move(context) : TlsContext();
}

TlsContext MustServer(const TlsOptions& options) {
  absl::StatusOr<TlsContext> context = TlsContext::Server(options);
  EXPECT_TRUE(context.ok()) << context.status();
  return context.ok() ? *std::move(context) : TlsContext();
}

std::pair<Socket, Socket> MustConnect() {
  absl::StatusOr<Socket> listener = Socket::Create(kAfInet, kSockStream);
  absl::StatusOr<Socket> client = Socket::Create(kAfInet, kSockStream);
  if (!listener.ok() || !client.ok()) {
    ADD_FAILURE() << listener.status() << client.status();
    return {};
  }
  EXPECT_TRUE(listener->Bind({"127.0.0.1", 0}).ok());
  EXPECT_TRUE(listener->Listen().ok());
  const absl::Status connected = client->Connect(*listener->GetSockName());
  EXPECT_TRUE(connected.ok()) << connected;
  absl::StatusOr<AcceptResult> accepted = listener->Accept();
  EXPECT_TRUE(accepted.ok()) << accepted.status();
  if (!accepted.ok()) return {};
  EXPECT_TRUE(client->SetTimeout(kLong).ok());
  EXPECT_TRUE(accepted->socket.SetTimeout(kLong).ok());
  return {*std::move(client), std::move(accepted->socket)};
}

namespace {

Ends MeetOver(std::pair<Socket, Socket> sockets, const TlsContext& client,
              const TlsContext& server, absl::string_view server_name,
              const TlsSession& session) {
  Ends ends;
  absl::StatusOr<TlsSocket> client_end =
      TlsSocket::Create(client, std::move(sockets.first), server_name, session);
  absl::StatusOr<TlsSocket> server_end =
      TlsSocket::Create(server, std::move(sockets.second));
  EXPECT_TRUE(client_end.ok()) << client_end.status();
  EXPECT_TRUE(server_end.ok()) << server_end.status();
  if (!client_end.ok() || !server_end.ok()) return ends;
  ends.client = *std::move(client_end);
  ends.server = *std::move(server_end);
  std::thread serving([&] { ends.server_status = ends.server.Handshake(); });
  ends.client_status = ends.client.Handshake();
  // The server need not wait for a client that has given up.
  if (!ends.client_status.ok()) ends.client.Close().IgnoreError();
  serving.join();
  return ends;
}

}  // namespace

Ends Meet(const TlsContext& client, const TlsContext& server,
          absl::string_view server_name, const TlsSession& session) {
  return MeetOver(MustConnect(), client, server, server_name, session);
}

const TestAuthority& DefaultRoot() {
  static const auto* const root =
      new TestAuthority(TestAuthority::Root("Test Root"));
  return *root;
}

const TestIdentity& DefaultIdentity() {
  static const auto* const identity = new TestIdentity(DefaultRoot().Issue());
  return *identity;
}

const TlsContext& DefaultClient() {
  static const auto* const context =
      new TlsContext(MustClient(Trusting(DefaultRoot())));
  return *context;
}

const TlsContext& DefaultServer() {
  static const auto* const context =
      new TlsContext(MustServer(Being(DefaultIdentity())));
  return *context;
}

Ends MustMeet(TlsVersion version, Platform* below) {
  std::pair<Socket, Socket> sockets = MustConnect();
  if (below != nullptr) {
    absl::StatusOr<Socket> client =
        Socket::Adopt(sockets.first.Detach(), kAfInet, kSockStream, 0, below);
    EXPECT_TRUE(client.ok()) << client.status();
    if (!client.ok()) return {};
    EXPECT_TRUE(client->SetTimeout(kLong).ok());
    sockets.first = *std::move(client);
  }
  TlsOptions options = Trusting(DefaultRoot());
  options.maximum_version = version;
  Ends ends = MeetOver(
      std::move(sockets),
      version == TlsVersion::kTls13 ? DefaultClient() : MustClient(options),
      DefaultServer(), "localhost", {});
  EXPECT_TRUE(ends.client_status.ok()) << ends.client_status;
  EXPECT_TRUE(ends.server_status.ok()) << ends.server_status;
  return ends;
}

std::string Pattern(std::size_t size) {
  std::string data(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : data) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<char>(state >> 24);
  }
  return data;
}

std::string ReadToEnd(Stream& stream, absl::Status* status) {
  std::string data;
  for (;;) {
    absl::StatusOr<std::string> more = stream.Read(64 * 1024);
    if (!more.ok()) {
      if (status != nullptr) *status = more.status();
      return data;
    }
    if (more->empty()) return data;
    data += *more;
  }
}

}  // namespace testing_tls
}  // namespace mortise
