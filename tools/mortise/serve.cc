#include "mortise/tools/mortise/serve.h"

#include <ostream>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tools/mortise/first_address.h"
#include "mortise/tools/mortise/options.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

// What a socket carries. kIpv4 means IPv4 through a socket of AF_INET6, in
// addition to IPv6 if the address is "::".
enum class Carries { kOwnFamily, kIpv4 };

absl::StatusOr<Endpoint> BindAndListen(const Options& options,
                                       AddressFamily family, Carries carries,
                                       const Address& address) {
  absl::StatusOr<Socket> socket = Socket::Create(family, options.type());
  if (!socket.ok()) return socket.status();
  absl::Status status;
  if (carries == Carries::kIpv4) {
    status = socket->SetSockOpt(kIpprotoIpv6, kIpv6V6only, 0);
  }
  if (status.ok() && !options.udp) {
    status = socket->SetAddressReuse(AddressReuse::kAfterClose);
  }
  if (status.ok()) status = socket->Bind(address);
  if (status.ok() && !options.udp) status = socket->Listen();
  if (!status.ok()) return status;
  return Endpoint{UnixPathRemover(), *std::move(socket)};
}

absl::StatusOr<Endpoint> OpenOnEveryAddress(const Options& options, int port) {
  if (!options.ipv4) {
    absl::StatusOr<Endpoint> server = BindAndListen(
        options, kAfInet6, options.ipv6 ? Carries::kOwnFamily : Carries::kIpv4,
        HostPort{"::", port});
    // A machine without IPv6, or one whose sockets cannot carry both, still has
    // IPv4. A port that is in use is a failure.
    if (server.ok() || options.ipv6 ||
        !(IsUnsupported(server.status()) ||
          IsAddressNotAvailable(server.status()))) {
      return server;
    }
  }
  return BindAndListen(options, kAfInet, Carries::kOwnFamily,
                       HostPort{"", port});
}

}  // namespace

absl::StatusOr<Endpoint> OpenServer(const Options& options, int port) {
  if (!options.source.has_value() || options.source->host.empty()) {
    return OpenOnEveryAddress(options, port);
  }

  GetAddrInfoOptions query;
  query.family = options.family();
  query.type = options.type();
  query.flags = kAiPassive;
  query.timeout = options.timeout;
  absl::StatusOr<std::vector<AddrInfo>> found =
      GetAddrInfo(options.source->host, port, query);
  if (!found.ok()) return found.status();
  return OpenFirst(*found, [&options](const AddrInfo& info) {
    return BindAndListen(
        options, info.family,
        info.address.IsIpv4Mapped() ? Carries::kIpv4 : Carries::kOwnFamily,
        info.address);
  });
}

absl::StatusOr<Endpoint> OpenUnixServer(const Options& options) {
  absl::StatusOr<Socket> socket = Socket::Create(kAfUnix, options.type());
  if (!socket.ok()) return socket.status();
  absl::StatusOr<Endpoint> server =
      BindUnix(*std::move(socket), *options.unix_path);
  if (!server.ok() || options.udp) return server;
  const absl::Status listening = server->socket.Listen();
  if (!listening.ok()) return listening;
  return server;
}

absl::Status Announce(const Endpoint& server, std::ostream& out) {
  const absl::StatusOr<SocketAddress> name = server.socket.GetSockName();
  if (!name.ok()) return name.status();
  // Flushed, because a program that waits for the line may read it through a
  // pipe.
  out << absl::StrCat("listening on ", name->ToString(), "\n") << std::flush;
  return absl::OkStatus();
}

}  // namespace mortise::program
