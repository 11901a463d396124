// The flags of connect, listen and echo that are about TLS: --tls and its
// companions.

#ifndef MORTISE_TOOLS_MORTISE_TLS_FLAGS_H_
#define MORTISE_TOOLS_MORTISE_TLS_FLAGS_H_

#include <functional>
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

// Makes the stream of a client that has come, without waiting.
using StreamMaker =
    std::function<absl::StatusOr<std::unique_ptr<Stream>>(Socket)>;

// The same for a server. The files are read before a client comes, so that a
// fault in them is reported at once. The stream runs the handshake when it is
// first used, or while a poller waits for it.
absl::StatusOr<StreamMaker> TlsServerStreams(const TlsFlags& flags);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_TLS_FLAGS_H_
