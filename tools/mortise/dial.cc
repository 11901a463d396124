#include "mortise/tools/mortise/dial.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/core/address.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tools/mortise/first_address.h"
#include "mortise/tools/mortise/options.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

// The local address to connect from, per family: the first address of that
// family that the source has. Without addresses, any local address will do.
class Source {
 public:
  // Looks the source up if it is a name. One look-up serves all attempts.
  static absl::StatusOr<Source> Find(const Options& options,
                                     const GetAddrInfoOptions& query) {
    Source source;
    if (!options.source.has_value()) return source;
    if (options.source->host.empty()) {
      source.any_ = *options.source;
      return source;
    }
    absl::StatusOr<std::vector<AddrInfo>> found =
        GetAddrInfo(options.source->host, options.source->port, query);
    if (!found.ok()) return found.status();
    source.addresses_ = *std::move(found);
    return source;
  }

  // Returns false if the source has addresses, but none of that family. Every
  // connection to that family then fails.
  bool Has(AddressFamily family) const {
    return addresses_.empty() || FirstOf(family) != nullptr;
  }

  // Whether every family has the same source, or none.
  bool IsSameForAll() const { return addresses_.empty(); }

  // Returns the source for that family in the form that CreateConnection takes.
  std::optional<Address> Of(AddressFamily family) const {
    const AddrInfo* first = FirstOf(family);
    if (first != nullptr) return first->address;
    return any_;
  }

 private:
  const AddrInfo* FirstOf(AddressFamily family) const {
    for (const AddrInfo& info : addresses_) {
      if (info.family == family) return &info;
    }
    return nullptr;
  }

  std::optional<Address> any_;
  std::vector<AddrInfo> addresses_;
};

absl::StatusOr<Endpoint> AsEndpoint(absl::StatusOr<Socket> socket) {
  if (!socket.ok()) return socket.status();
  return Endpoint{UnixPathRemover(), *std::move(socket)};
}

}  // namespace

absl::StatusOr<Endpoint> Dial(const Options& options, absl::string_view host,
                              int port) {
  GetAddrInfoOptions query;
  query.family = options.family();
  query.type = options.type();
  query.timeout = options.timeout;
  const absl::StatusOr<Source> source = Source::Find(options, query);
  if (!source.ok()) return source.status();
  // If the source has only one family, the name server need not be asked for
  // the other.
  if (!source->Has(kAfInet6)) query.family = kAfInet;
  if (!source->Has(kAfInet)) query.family = kAfInet6;

  CreateConnectionOptions connection;
  connection.timeout = options.timeout;
  // A chosen port must be usable again right after the last connection.
  if (!options.udp) connection.source_reuse = AddressReuse::kAfterClose;
  // The addresses are tried beside each other, so that one that does not answer
  // costs a quarter of a second.
  const bool at_once = !options.udp && source->IsSameForAll();
  if (at_once) {
    connection.attempt_delay = kHappyEyeballsDelay;
    connection.source_address = source->Of(query.family);
  }
  // The families are looked up beside each other, too.
  if (at_once && query.family == AddressFamily()) {
    return AsEndpoint(CreateConnection({std::string(host), port}, connection));
  }

  const absl::StatusOr<std::vector<AddrInfo>> found =
      GetAddrInfo(host, port, query);
  if (!found.ok()) return found.status();
  if (at_once) return AsEndpoint(CreateConnection(*found, connection));
  return OpenFirst(
      *found, [&](const AddrInfo& info) -> absl::StatusOr<Endpoint> {
        connection.source_address = source->Of(info.family);
        return AsEndpoint(
            CreateConnection(absl::MakeConstSpan(&info, 1), connection));
      });
}

absl::StatusOr<Endpoint> DialUnix(const Options& options) {
  absl::StatusOr<Socket> socket = Socket::Create(kAfUnix, options.type());
  if (!socket.ok()) return socket.status();
  Endpoint endpoint;
  if (options.udp) {
    absl::StatusOr<Endpoint> bound = BindUnixAnywhere(*std::move(socket));
    if (!bound.ok()) return bound;
    endpoint = *std::move(bound);
  } else {
    endpoint.socket = *std::move(socket);
  }
  absl::Status status = endpoint.socket.SetTimeout(options.timeout);
  if (status.ok()) {
    status = endpoint.socket.Connect(UnixAddress(*options.unix_path));
  }
  if (!status.ok()) return status;
  return endpoint;
}

}  // namespace mortise::program
