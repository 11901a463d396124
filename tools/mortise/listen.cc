// `mortise listen`: the server's half of netcat.

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/address.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/core/stream.h"
#include "mortise/tools/mortise/args.h"
#include "mortise/tools/mortise/command.h"
#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/fail.h"
#include "mortise/tools/mortise/keep_open.h"
#include "mortise/tools/mortise/options.h"
#include "mortise/tools/mortise/relay.h"
#include "mortise/tools/mortise/serve.h"
#include "mortise/tools/mortise/stopping.h"
#include "mortise/tools/mortise/tls_flags.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

constexpr absl::string_view kDescription =
    R"(Waits for one peer on PORT. Copies standard input to the peer and, at the same
time, what the peer sends to standard output. PORT is a number or the name of a
service; 0 lets the system choose. A line on standard error says where the
program listens. HOST is the address of this machine to listen on: a name or an
address, with or without brackets. Without HOST the program listens on all
addresses, IPv4 and IPv6.

When standard input ends, the program ends the sending half of the connection
and still waits for the peer's answer. When the peer has ended, the program
still sends standard input as long as more of it comes. --linger limits both.

With --udp the peer is the first sender that can be answered. From then on the
program prints only the peer's datagrams, and sends it each read of standard
input as one datagram, of at most 8192 bytes. A sender cannot be answered if it
has no address (a --unix client may have none), or if it has gone away. The
program prints the datagrams of such a sender, and keeps standard input for
another sender. The program ends in three cases:

  - It is interrupted.
  - Nothing has been sent or received for --timeout.
  - Standard input has ended, and then nothing has been sent or received for
    --linger.

With --keep-open the program serves many peers at once, in one thread, until it
is interrupted. What they send goes to standard output. Standard input goes to
all peers that are there, and the slowest of them sets the pace. As long as
there is none, standard input waits. When it ends, the program ends the sending
half of the connections that are there. When a peer has ended, the program
closes the connection. If a peer causes an error, the program prints it on
standard error and goes on to serve the others. Ctrl-C, or a signal that ends
programs, ends it in order: nobody can connect any more, what has been sent is
received, and the end of the connection tells the peers. This takes at most 3
seconds. A second signal ends it at once.)";

// The peer may have ended because it is gone, and TCP does not tell.
constexpr absl::Duration kStreamLinger = absl::Seconds(3);

RelayOptions RelayOptionsOf(const Options& options) {
  RelayOptions relay;
  relay.timeout = options.timeout;
  relay.first_sender_is_peer = options.udp;
  relay.linger_after_peer = kStreamLinger;
  if (options.linger.has_value()) {
    relay.linger_after_input = *options.linger;
    relay.linger_after_peer = *options.linger;
  }
  return relay;
}

// Accepts the one connection and closes the server, so that nobody else can
// connect.
absl::StatusOr<Endpoint> AcceptPeer(Endpoint server, absl::Duration timeout) {
  absl::StatusOr<AcceptResult> accepted = server.socket.Accept();
  if (!accepted.ok()) return accepted.status();
  const absl::Status status = accepted->socket.SetTimeout(timeout);
  if (!status.ok()) return status;
  return Endpoint{UnixPathRemover(), std::move(accepted->socket)};
}

// Waits for the first datagram, which stays in the socket's queue.
absl::StatusOr<Endpoint> AwaitSender(Endpoint server) {
  char byte;
  const absl::StatusOr<RecvFromResult> first =
      server.socket.RecvFrom(absl::MakeSpan(&byte, 1), kMsgPeek);
  if (!first.ok()) return first.status();
  return server;
}

// Reads the words that are no flags: [HOST] PORT. Returns the port. A HOST
// becomes `options->source`.
absl::StatusOr<int> ParseHostAndPort(
    const std::vector<absl::string_view>& words, Options* options) {
  absl::StatusOr<int> port = FindPort(words.back(), *options);
  if (!port.ok() || words.size() == 1) return port;
  if (options->source.has_value()) {
    return absl::InvalidArgumentError(
        "HOST and --source both say where to listen; write one of them");
  }
  const absl::string_view host = WithoutBrackets(words[0]);
  const absl::Status is_host = CheckHost(host);
  if (!is_host.ok()) return is_host;
  options->source = HostPort{std::string(host), *port};
  return port;
}

// Fails if --keep-open is used with flags that are for one peer.
absl::Status CheckKeepOpen(const Options& options) {
  if (options.udp) {
    return absl::InvalidArgumentError("--keep-open cannot be used with --udp");
  }
  if (options.timeout != absl::InfiniteDuration() ||
      options.linger.has_value()) {
    return absl::InvalidArgumentError(
        "--timeout and --linger are for one peer, so they cannot be used with "
        "--keep-open");
  }
  return absl::OkStatus();
}

int KeepOpen(Endpoint server, StreamMaker make_stream, std::ostream& err) {
  const absl::StatusOr<Poller*> poller = StopInOrder();
  if (!poller.ok()) return Fail(poller.status(), err);
  absl::Status status = Announce(server, err);
  if (status.ok()) {
    status = ServeAllClients(**poller, std::move(server),
                             std::move(make_stream), err);
  }
  return status.ok() ? kExitOk : Fail(status, err);
}

}  // namespace

int ListenMain(absl::Span<const absl::string_view> words, std::ostream& out,
               std::ostream& err) {
  Options options;
  TlsFlags tls;
  bool keep_open = false;
  Args args("listen", "[flags] [HOST] PORT\n[flags] --unix PATH", kDescription);
  args.Flag("--keep-open", "serve many peers at once, until interrupted",
            &keep_open);
  AddSocketFlags(&options, &args);
  AddSourceFlag(
      "another way to write HOST; the port in it is 0\n"
      "or PORT",
      &options, &args);
  AddTimeFlags(
      "how long looking HOST up, waiting for the peer,\n"
      "or a silence in both directions may last before\n"
      "it is a failure; fractions are allowed",
      "end after a silence of this length once one\n"
      "side has ended; \"inf\" means never. The default\n"
      "is \"inf\" once standard input has ended, and 3\n"
      "once the peer has",
      &options, &args);
  AddTlsServerFlags(&tls, &args);
  if (const std::optional<int> exit = args.Parse(words, out, err)) return *exit;
  const bool is_unix = options.unix_path.has_value();
  const std::vector<absl::string_view>& words_left = args.positional();
  std::optional<int> port;
  if (is_unix) {
    if (!words_left.empty()) {
      return args.UsageError("--unix takes neither HOST nor PORT", err);
    }
  } else {
    if (words_left.empty() || words_left.size() > 2) {
      return args.UsageError("needs PORT, or HOST and PORT", err);
    }
    const absl::StatusOr<int> parsed = ParseHostAndPort(words_left, &options);
    if (!parsed.ok()) return args.UsageError(parsed.status().message(), err);
    port = *parsed;
  }
  const absl::Status agree = CheckOptions(options, port);
  if (!agree.ok()) return args.UsageError(agree.message(), err);
  if (keep_open) {
    const absl::Status may_keep_open = CheckKeepOpen(options);
    if (!may_keep_open.ok()) {
      return args.UsageError(may_keep_open.message(), err);
    }
  }
  const absl::Status tls_agrees = CheckTlsServerFlags(tls, options.udp);
  if (!tls_agrees.ok()) return args.UsageError(tls_agrees.message(), err);
  absl::StatusOr<StreamMaker> make_stream = TlsServerStreams(tls);
  if (!make_stream.ok()) return Fail(make_stream.status(), err);

  absl::StatusOr<Endpoint> server =
      is_unix ? OpenUnixServer(options) : OpenServer(options, *port);
  if (!server.ok()) return Fail(server.status(), err);
  if (keep_open)
    return KeepOpen(*std::move(server), *std::move(make_stream), err);
  absl::Status ready = Announce(*server, err);
  if (ready.ok()) ready = server->socket.SetTimeout(options.timeout);
  if (!ready.ok()) return Fail(ready, err);

  absl::StatusOr<Endpoint> peer =
      options.udp ? AwaitSender(*std::move(server))
                  : AcceptPeer(*std::move(server), options.timeout);
  if (!peer.ok()) return Fail(peer.status(), err);
  const RelayOptions relay = RelayOptionsOf(options);
  absl::Status copied;
  if (options.udp) {
    copied = RelayDatagrams(std::move(peer->socket), relay);
  } else {
    absl::StatusOr<std::unique_ptr<Stream>> stream =
        (*make_stream)(std::move(peer->socket));
    if (!stream.ok()) return Fail(stream.status(), err);
    copied = Relay(*std::move(stream), relay);
  }
  return copied.ok() ? kExitOk : Fail(copied, err);
}

}  // namespace mortise::program
