// `mortise connect`: the client's half of netcat.

#include <memory>
#include <optional>
#include <ostream>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/tools/mortise/args.h"
#include "mortise/tools/mortise/command.h"
#include "mortise/tools/mortise/dial.h"
#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/fail.h"
#include "mortise/tools/mortise/options.h"
#include "mortise/tools/mortise/relay.h"
#include "mortise/tools/mortise/tls_flags.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

constexpr absl::string_view kDescription =
    R"(Connects to HOST. Copies standard input to HOST and, at the same time, what HOST
sends to standard output. HOST is a name or an address, with or without
brackets. An empty HOST is this machine. PORT is a number or the name of a
service. The addresses of HOST are tried until one can be connected to, IPv6 and
IPv4 addresses in turn. If one does not answer within a quarter of a second, the
next one is tried beside it. If a --source has a host, they are tried one after
the other.

When standard input ends, the program ends the sending half of the connection
and still waits for the peer's answer. When the peer has ended, the program
still sends standard input as long as more of it comes. --linger limits both.

With --udp the program sends each read of standard input as one datagram, of at
most 8192 bytes. If the input is typed, that is a line. A sender of datagrams
does not learn whether they are received, so all of them go to the first address
to which this machine has a route. If that address refuses them, that is a
failure; -4 or -6 chooses another address. The program ends in two cases:

  - Standard input has ended and no datagram has come for a second (see
    --linger).
  - Nothing has been sent or received for --timeout. This is a failure if no
    datagram has come at all.)";

// The peer may have ended because it is gone, and TCP does not tell.
constexpr absl::Duration kStreamLinger = absl::Seconds(3);
constexpr absl::Duration kDatagramLinger = absl::Seconds(1);

RelayOptions RelayOptionsOf(const Options& options) {
  RelayOptions relay;
  relay.timeout = options.timeout;
  if (options.linger.has_value()) {
    relay.linger_after_input = *options.linger;
    relay.linger_after_peer = *options.linger;
  } else if (!options.udp) {
    relay.linger_after_peer = kStreamLinger;
  } else if (options.timeout == absl::InfiniteDuration()) {
    // A user who names a timeout is ready to wait that long.
    relay.linger_after_input = kDatagramLinger;
  }
  return relay;
}

}  // namespace

int ConnectMain(absl::Span<const absl::string_view> words, std::ostream& out,
                std::ostream& err) {
  Options options;
  TlsFlags tls;
  Args args("connect", "[flags] HOST PORT\n[flags] --unix PATH", kDescription);
  AddSocketFlags(&options, &args);
  AddSourceFlag(
      "the local address to connect from; an empty\n"
      "HOST is any address, port 0 is any port",
      &options, &args);
  AddTimeFlags(
      "how long a look-up, connecting to one address,\n"
      "or a silence in both directions may last before\n"
      "it is a failure; fractions are allowed",
      "end after a silence of this length once one\n"
      "side has ended; \"inf\" means never. The default\n"
      "is \"inf\" once standard input has ended, and 3\n"
      "once the peer has. With --udp it is 1, or \"inf\"\n"
      "if there is a --timeout",
      &options, &args);
  AddTlsClientFlags(&tls, &args);
  if (const std::optional<int> exit = args.Parse(words, out, err)) return *exit;
  const absl::Status agree = CheckOptions(options);
  if (!agree.ok()) return args.UsageError(agree.message(), err);

  const bool is_unix = options.unix_path.has_value();
  if (args.positional().size() != (is_unix ? 0 : 2)) {
    return args.UsageError(
        is_unix ? "--unix takes neither HOST nor PORT" : "needs HOST and PORT",
        err);
  }
  absl::string_view host;
  int port = 0;
  if (!is_unix) {
    host = WithoutBrackets(args.positional()[0]);
    const absl::StatusOr<int> found = FindPort(args.positional()[1], options);
    if (!found.ok()) return args.UsageError(found.status().message(), err);
    port = *found;
    if (port == 0) {
      return args.UsageError("port 0 cannot be connected to", err);
    }
  }
  const absl::Status is_host = CheckHost(host);
  if (!is_host.ok()) return args.UsageError(is_host.message(), err);
  const absl::Status tls_agrees = CheckTlsClientFlags(tls, options.udp, host);
  if (!tls_agrees.ok()) return args.UsageError(tls_agrees.message(), err);
  absl::StatusOr<Endpoint> peer =
      is_unix ? DialUnix(options) : Dial(options, host, port);
  if (!peer.ok()) return Fail(peer.status(), err);
  const RelayOptions relay = RelayOptionsOf(options);
  absl::Status copied;
  if (options.udp) {
    copied = RelayDatagrams(std::move(peer->socket), relay);
  } else {
    absl::StatusOr<std::unique_ptr<Stream>> stream =
        StartTlsClient(tls, host, std::move(peer->socket));
    if (!stream.ok()) return Fail(stream.status(), err);
    copied = Relay(*std::move(stream), relay);
  }
  return copied.ok() ? kExitOk : Fail(copied, err);
}

}  // namespace mortise::program
