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

// Options that trust `root` alone, and those of who is `identity`.
TlsOptions Trusting(const TestAuthority& root);
TlsOptions Being(const TestIdentity& identity);

// They fail the test, and return nothing, if it cannot be made.
TlsContext MustClient(const TlsOptions& options);
TlsContext MustServer(const TlsOptions& options);

// Connected by TCP through the loopback address, each with the timeout kLong.
std::pair<Socket, Socket> MustConnect();

struct Ends {
  TlsSocket client;
  TlsSocket server;
  // How their handshakes ended, which have been run at once.
  absl::Status client_status;
  absl::Status server_status;
};

Ends Meet(const TlsContext& client, const TlsContext& server,
          absl::string_view server_name = "localhost",
          const TlsSession& session = {});

// An authority, an identity that it has issued for "localhost", and a client
// and a server that accept each other because of them.
const TestAuthority& DefaultRoot();
const TestIdentity& DefaultIdentity();
const TlsContext& DefaultClient();
const TlsContext& DefaultServer();

// The same with these two, which must succeed. The client's end is on a socket
// of `below`; nullptr is the operating system.
Ends MustMeet(TlsVersion version = TlsVersion::kTls13,
              Platform* below = nullptr);

// `size` bytes, no two neighbourhoods alike.
std::string Pattern(std::size_t size);

// Reads until the peer ends, or an error, which is `*status` then.
std::string ReadToEnd(TlsSocket& socket, absl::Status* status = nullptr);

}  // namespace testing_tls
}  // namespace mortise

#endif  // MORTISE_TESTS_TLS_TLS_PAIR_H_
