// --tls and its companions: what connect and listen are told about TLS.

#ifndef MORTISE_TOOLS_MORTISE_TLS_FLAGS_H_
#define MORTISE_TOOLS_MORTISE_TLS_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket.h"
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

// Adds those of who connects, or of who listens.
void AddTlsClientFlags(TlsFlags* flags, Args* args);
void AddTlsServerFlags(TlsFlags* flags, Args* args);

// Fails iff they contradict one another, or --udp. `host` is whom the server's
// certificate is for if nothing else is said; empty for nobody.
absl::Status CheckTlsClientFlags(const TlsFlags& flags, bool udp,
                                 absl::string_view host);
absl::Status CheckTlsServerFlags(const TlsFlags& flags, bool udp);

// `socket` as it is without --tls; else the socket that seals what goes through
// it, once the handshake has been run, within the timeout of `socket`.
absl::StatusOr<Socket> StartTlsClient(const TlsFlags& flags,
                                      absl::string_view host, Socket socket);

// What is needed to do the same for a peer that will come: nothing that the
// files say waits for the peer to be found out.
absl::Status CheckTlsServerFiles(const TlsFlags& flags);
absl::StatusOr<Socket> StartTlsServer(const TlsFlags& flags, Socket socket);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_TLS_FLAGS_H_
