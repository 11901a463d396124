// The flags of connect and listen that are about TLS: --tls and its companions.

#ifndef MORTISE_TOOLS_MORTISE_TLS_FLAGS_H_
#define MORTISE_TOOLS_MORTISE_TLS_FLAGS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/tools/mortise/args.h"

namespace mortise::program {

struct TlsFlags {
  bool tls = false;
  bool insecure = false;
  std::string ca;
  std::string server_name;
  std::string certificate;
  std::string key;
  std::vector<std::string> alpn;
};

// Add the flags of a client and of a server.
void AddTlsClientFlags(TlsFlags* flags, Args* args);
void AddTlsServerFlags(TlsFlags* flags, Args* args);

// Both fail if the flags contradict each other, or if TLS is asked for together
// with `udp`. CheckTlsClientFlags also fails if it is not known for which host
// the server's certificate must be. That is --servername or else `host`, which
// may be empty. CheckTlsServerFlags also fails without a certificate.
absl::Status CheckTlsClientFlags(const TlsFlags& flags, bool udp,
                                 absl::string_view host);
absl::Status CheckTlsServerFlags(const TlsFlags& flags, bool udp);

// Returns the stream of `socket` without --tls. With --tls, runs the handshake
// and returns the stream of the session. The handshake has the timeout of
// `socket`.
absl::StatusOr<std::unique_ptr<Stream>> StartTlsClient(const TlsFlags& flags,
                                                       absl::string_view host,
                                                       Socket socket);

// The same for a server. CheckTlsServerFiles reads the files before a peer
// comes, so that a fault in them is reported at once. StartTlsServer runs the
// handshake with a peer that has come.
absl::Status CheckTlsServerFiles(const TlsFlags& flags);
absl::StatusOr<std::unique_ptr<Stream>> StartTlsServer(const TlsFlags& flags,
                                                       Socket socket);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_TLS_FLAGS_H_
