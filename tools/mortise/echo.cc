// `mortise echo`: a server that sends back what it receives.

#include <cstddef>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/error.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/platform/poll_events.h"
#include "mortise/tools/mortise/args.h"
#include "mortise/tools/mortise/client.h"
#include "mortise/tools/mortise/command.h"
#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/fail.h"
#include "mortise/tools/mortise/options.h"
#include "mortise/tools/mortise/serve.h"
#include "mortise/tools/mortise/stopping.h"
#include "mortise/tools/mortise/stream_server.h"
#include "mortise/tools/mortise/tls_flags.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

constexpr absl::string_view kDescription =
    R"(Sends back to every client what the client sends. It serves many clients at
once, in one thread, as many as there are descriptors. PORT is a number or the
name of a service; 0 lets the system choose. A line on standard output says
where the program listens. Without a flag it listens on every address of this
machine, IPv4 and IPv6. If a client causes an error, the program prints it on
standard error and goes on to serve the other clients. It receives nothing from
a client that does not receive what is sent back.

Ctrl-C, or a signal that ends programs, ends it in order: nobody can connect any
more, what clients have sent is sent back, and the end of the connection tells
them. This takes at most 3 seconds. A second signal ends it at once.)";

// Room for any datagram.
constexpr std::size_t kBufferSize = std::size_t{64} * 1024;

class EchoServer : public StreamServer {
 public:
  using StreamServer::StreamServer;

 private:
  void Received(Client& client, absl::string_view data) override {
    client.Send(data);
  }
  // A client that does not receive takes no more memory than one read.
  bool MayReceive(const Client& client) override {
    return client.unsent() == 0;
  }
};

// Serves datagrams until the program is interrupted. Those that have arrived
// are still answered. Returns an error only if no further datagram can be
// received. A client that does not receive must not keep others waiting, so an
// answer that it has no room for is lost.
absl::Status ServeDatagrams(Poller& poller, Socket& server, std::ostream& err) {
  absl::Status status = server.SetTimeout(absl::ZeroDuration());
  if (status.ok()) {
    status = poller.Register(server, PollEvents::kReadable, /*key=*/0);
  }
  std::vector<char> buffer(kBufferSize);
  PollResult ready;
  std::optional<Cancellation> end;
  while (status.ok()) {
    const absl::StatusOr<RecvFromResult> received =
        server.RecvFrom(absl::MakeSpan(buffer));
    if (received.ok()) {
      const absl::StatusOr<std::size_t> sent = server.SendTo(
          absl::string_view(buffer.data(), received->size), received->address);
      if (!sent.ok()) FailClient(received->address, sent.status(), err);
    } else if (!IsWouldBlock(received.status())) {
      return received.status();
    } else if (!Stopping().IsCancelled()) {
      status = poller.Wait(absl::InfiniteDuration(), &ready);
      continue;
    } else {
      break;
    }
    if (!Stopping().IsCancelled()) continue;
    // Senders that never pause do not keep the program from ending.
    if (!end.has_value()) end = Cancellation::After(kGrace);
    if (end->IsCancelled()) break;
  }
  return status;
}

}  // namespace

int EchoMain(absl::Span<const absl::string_view> words, std::ostream& out,
             std::ostream& err) {
  Options options;
  std::optional<absl::string_view> port_text;
  Args args("echo", "--port PORT [flags]\n--unix PATH [flags]", kDescription);
  args.Value("--port", "PORT", "where to listen",
             [&port_text](absl::string_view text) {
               port_text = text;
               return absl::OkStatus();
             });
  TlsFlags tls;
  AddSocketFlags(&options, &args);
  AddSourceFlag(
      "listen on this local address only; the port in\n"
      "it is 0 or PORT",
      &options, &args);
  AddTlsServerFlags(&tls, &args);
  if (const std::optional<int> exit = args.Parse(words, out, err)) return *exit;
  // Only now, after --udp, is it known whether PORT names a service of TCP or
  // of UDP.
  std::optional<int> port;
  if (port_text.has_value()) {
    const absl::StatusOr<int> found = FindPort(*port_text, options);
    if (!found.ok()) {
      return args.UsageError(absl::StrCat("--port: ", found.status().message()),
                             err);
    }
    port = *found;
  }
  const absl::Status agree = CheckOptions(options, port);
  if (!agree.ok()) return args.UsageError(agree.message(), err);
  const bool is_unix = options.unix_path.has_value();
  if (!args.positional().empty()) {
    return args.UsageError("takes only flags; write --port PORT", err);
  }
  if (is_unix == port.has_value()) {
    return args.UsageError("needs either --port PORT or --unix PATH", err);
  }

  const absl::Status tls_agrees = CheckTlsServerFlags(tls, options.udp);
  if (!tls_agrees.ok()) return args.UsageError(tls_agrees.message(), err);
  absl::StatusOr<StreamMaker> make_stream = TlsServerStreams(tls);
  if (!make_stream.ok()) return Fail(make_stream.status(), err);

  absl::StatusOr<Endpoint> server =
      is_unix ? OpenUnixServer(options) : OpenServer(options, *port);
  if (!server.ok()) return Fail(server.status(), err);
  const absl::StatusOr<Poller*> poller = StopInOrder();
  if (!poller.ok()) return Fail(poller.status(), err);
  const absl::Status announced = Announce(*server, out);
  if (!announced.ok()) return Fail(announced, err);
  // Nobody can find a server whose address was not printed. main prints why.
  if (!out) return kExitFailure;
  const absl::Status served =
      options.udp ? ServeDatagrams(**poller, server->socket, err)
                  : EchoServer(**poller, *std::move(server),
                               *std::move(make_stream), err)
                        .Run();
  return served.ok() ? kExitOk : Fail(served, err);
}

}  // namespace mortise::program
