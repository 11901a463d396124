// Two ends of a connection under TLS, on the operating system's sockets.

#ifndef MORTISE_TESTS_TLS_TLS_PAIR_H_
#define MORTISE_TESTS_TLS_TLS_PAIR_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/backend.h"
#include "mortise/tests/tls/test_authority.h"

namespace mortise {
namespace testing_tls {

// A time that no passing test waits for.
constexpr absl::Duration kLong = absl::Seconds(60);

// "Tls12", for the name of a test.
std::string VersionName(TlsVersion version);

// Trusting returns options that trust `root` only. Being returns the options of
// an end that has the certificate and the key of `identity`.
TlsOptions Trusting(const TestAuthority& root);
TlsOptions Being(const TestIdentity& identity);

// Return a context with these options. If it cannot be made, they fail the test
// and return an empty context.
TlsContext MustClient(const TlsOptions& options);
TlsContext MustServer(const TlsOptions& options);

// Returns two sockets connected by TCP through the loopback address, each with
// the timeout kLong: the client's, and the server's.
std::pair<Socket, Socket> MustConnect();

struct Ends {
  TlsSocket client;
  TlsSocket server;
  // How the handshakes of the two ends have ended. They ran at the same time.
  absl::Status client_status;
  absl::Status server_status;
};

// Connects two ends by TCP, and runs both handshakes.
Ends Meet(const TlsContext& client, const TlsContext& server,
          absl::string_view server_name = "localhost",
          const TlsSession& session = {});

// An authority, an identity that it has issued for "localhost", and a client
// and a server that accept each other because of them.
const TestAuthority& DefaultRoot();
const TestIdentity& DefaultIdentity();
const TlsContext& DefaultClient();
const TlsContext& DefaultServer();

// The same as Meet with the default client, restricted to `version`, and the
// default server. The handshakes must succeed. The client's end is on a socket
// of `below`; nullptr stands for the operating system.
Ends MustMeet(TlsVersion version = TlsVersion::kTls13,
              Platform* below = nullptr);

// Returns `size` bytes in which no two places look alike, so that a piece that
// is lost or moved shows.
std::string Pattern(std::size_t size);

// Reads until the peer ends the stream, or until an error, which it stores in
// `*status`.
std::string ReadToEnd(Stream& stream, absl::Status* status = nullptr);

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_TLS_TLS_PAIR_H_
