#include "tools/mortise/dial.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/create_connection.h"
#include "mortise/getaddrinfo.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/socket.h"
#include "mortise/socket_address.h"
#include "mortise/socket_types.h"
#include "tools/mortise/options.h"
#include "tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

absl::StatusOr<std::vector<AddrInfo>> Find(absl::string_view host,
                                           absl::string_view port,
                                           const GetAddrInfoOptions& options) {
  if (!IsNumber(port)) return GetAddrInfo(host, port, options);
  absl::StatusOr<int> number = ParsePort(port);
  if (!number.ok()) return number.status();
  return GetAddrInfo(host, *number, options);
}

}  // namespace

absl::StatusOr<Endpoint> Dial(const Options& options, absl::string_view host,
                              absl::string_view port) {
  GetAddrInfoOptions query;
  query.family = options.family();
  query.type = options.type();
  query.timeout = options.timeout;

  if (options.source.has_value() && query.family == AddressFamily()) {
    // A numeric source leaves no choice of family.
    const absl::StatusOr<SocketAddress> numeric =
        SocketAddress::Numeric(options.source->host, options.source->port);
    if (numeric.ok()) query.family = numeric->family();
  }

  const absl::StatusOr<std::vector<AddrInfo>> found = Find(host, port, query);
  if (!found.ok()) return found.status();
  CreateConnectionOptions connection;
  connection.timeout = absl::InfiniteDuration();
  connection.attempt_timeout = options.timeout;
  if (options.source.has_value()) {
    connection.source_address = *options.source;
    // A chosen port shall be usable again right after the last connection.
    if (!options.udp) connection.source_reuse = AddressReuse::kAfterClose;
  }
  absl::StatusOr<Socket> socket = CreateConnection(*found, connection);
  absl::Status status = socket.status();
  if (status.ok()) status = socket->SetTimeout(options.timeout);
  if (!status.ok()) return status;
  return Endpoint{UnixPathRemover(), *std::move(socket)};
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
