// `mortise listen`: the server's half of netcat.

#include <optional>
#include <ostream>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/socket.h"
#include "mortise/socket_types.h"
#include "tools/mortise/args.h"
#include "tools/mortise/command.h"
#include "tools/mortise/exit_codes.h"
#include "tools/mortise/options.h"
#include "tools/mortise/relay.h"
#include "tools/mortise/serve.h"
#include "tools/mortise/tls_flags.h"
#include "tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

constexpr absl::string_view kDescription =
    R"(Waits for one peer on PORT, and copies standard input to it and what it sends
to standard output, both at once. Says on standard error where it listens; port
0 lets the system choose. Without a flag it listens on every address of this
machine, IPv4 and IPv6.

The end of standard input ends the sending half of the connection, and the
peer's answer is still waited for. When the peer has ended, standard input is
still sent for as long as it goes on coming (see --linger).

With --udp the peer is the sender of the first datagram, and each read of
standard input is sent to it as one datagram, of at most 8192 bytes. Datagrams
have no end: it goes on until it is interrupted, or there is silence for
--timeout, or for --linger once standard input has ended.)";

// The peer's end may be that of a peer that is gone, with nobody to tell.
constexpr absl::Duration kStreamLinger = absl::Seconds(3);

absl::Duration LingerOf(const Options& options) {
  return options.linger.value_or(options.udp ? absl::InfiniteDuration()
                                             : kStreamLinger);
}

// The one connection; nobody else is let in after it.
absl::StatusOr<Endpoint> AcceptPeer(Endpoint server, absl::Duration timeout) {
  absl::StatusOr<AcceptResult> accepted = server.socket.Accept();
  if (!accepted.ok()) return accepted.status();
  const absl::Status status = accepted->socket.SetTimeout(timeout);
  if (!status.ok()) return status;
  return Endpoint{UnixPathRemover(), std::move(accepted->socket)};
}

// Whoever sends the first datagram, which stays where it is.
absl::StatusOr<Endpoint> AwaitSender(Endpoint server) {
  char byte;
  const absl::StatusOr<RecvFromResult> first =
      server.socket.RecvFrom(absl::MakeSpan(&byte, 1), kMsgPeek);
  if (!first.ok()) return first.status();
  // An AF_UNIX sender may have no name; then there is only listening.
  if (!(first->address.family() == kAfUnix && first->address.bytes().empty())) {
    const absl::Status connected = server.socket.Connect(first->address);
    if (!connected.ok()) return connected;
  }
  return server;
}

}  // namespace

int ListenMain(absl::Span<const absl::string_view> words, std::ostream& out,
               std::ostream& err) {
  Options options;
  TlsFlags tls;
  Args args("listen", "[flags] PORT\n[flags] --unix PATH", kDescription);
  AddSocketFlags(&options, &args);
  AddSourceFlag(
      "listen on this local address alone; its port is\n"
      "0 or PORT",
      &options, &args);
  AddTimeFlags(
      "give up when nobody has come for so long, and\n"
      "when nothing has moved in either direction for\n"
      "so long; fractions count",
      "how long to wait in silence once one side has\n"
      "ended (default 3; for ever with --udp); \"inf\" is\n"
      "for ever",
      &options, &args);
  AddTlsServerFlags(&tls, &args);
  if (const std::optional<int> exit = args.Parse(words, out, err)) return *exit;
  const bool is_unix = options.unix_path.has_value();
  if (args.positional().size() != (is_unix ? 0 : 1)) {
    return args.UsageError(is_unix ? "--unix takes no PORT" : "needs PORT",
                           err);
  }
  std::optional<int> port;
  if (!is_unix) {
    const absl::StatusOr<int> parsed = ParsePort(args.positional()[0]);
    if (!parsed.ok()) return args.UsageError(parsed.status().message(), err);
    port = *parsed;
  }
  const absl::Status agree = CheckOptions(options, port);
  if (!agree.ok()) return args.UsageError(agree.message(), err);
  const absl::Status tls_agrees = CheckTlsServerFlags(tls, options.udp);
  if (!tls_agrees.ok()) return args.UsageError(tls_agrees.message(), err);
  const absl::Status files = CheckTlsServerFiles(tls);
  if (!files.ok()) return Fail(files, err);

  absl::StatusOr<Endpoint> server =
      is_unix ? OpenUnixServer(options) : OpenServer(options, *port);
  if (!server.ok()) return Fail(server.status(), err);
  absl::Status ready = Announce(*server, err);
  if (ready.ok()) ready = server->socket.SetTimeout(options.timeout);
  if (!ready.ok()) return Fail(ready, err);

  absl::StatusOr<Endpoint> peer =
      options.udp ? AwaitSender(*std::move(server))
                  : AcceptPeer(*std::move(server), options.timeout);
  if (!peer.ok()) return Fail(peer.status(), err);
  absl::StatusOr<Socket> socket = StartTlsServer(tls, std::move(peer->socket));
  if (!socket.ok()) return Fail(socket.status(), err);
  const absl::Status copied =
      Relay(*std::move(socket), {options.timeout, LingerOf(options)});
  return copied.ok() ? kExitOk : Fail(copied, err);
}

}  // namespace mortise::program
