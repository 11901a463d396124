// `mortise echo`: a server that sends back what it receives.

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tools/mortise/args.h"
#include "mortise/tools/mortise/command.h"
#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/options.h"
#include "mortise/tools/mortise/serve.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

constexpr absl::string_view kDescription =
    R"(Sends back to every client what the client sends. It serves many clients at
once, until it is interrupted. PORT is a number or the name of a service; 0 lets
the system choose. A line on standard output says where the program listens.
Without a flag it listens on every address of this machine, IPv4 and IPv6. If a
client causes an error, the program prints it on standard error and goes on to
serve the other clients.)";

// Room for any datagram.
constexpr std::size_t kBufferSize = std::size_t{64} * 1024;

// How many clients are served at the same time. Further clients wait to be
// accepted.
constexpr int kMaxClients = 256;

// How long to wait for descriptors or memory when they have run out.
constexpr absl::Duration kPause = absl::Milliseconds(100);

// Counts the clients, so that at most kMaxClients are served.
class Places {
 public:
  void Take() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return free_ > 0; });
    --free_;
  }
  void GiveBack() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++free_;
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_ = kMaxClients;
};

absl::Status About(const SocketAddress& client, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("client ", client.ToString(),
                                                  ": ", status.message()));
}

absl::Status EchoStream(Socket& client) {
  std::vector<char> buffer(kBufferSize);
  while (true) {
    const absl::StatusOr<std::size_t> size =
        client.Recv(absl::MakeSpan(buffer));
    if (!size.ok()) return size.status();
    if (*size == 0) return absl::OkStatus();
    absl::Status sent = client.SendAll(absl::string_view(buffer.data(), *size));
    if (!sent.ok()) return sent;
  }
}

// Serves clients. Returns only if no further client can be accepted.
absl::Status ServeConnections(Socket& server, std::ostream& err) {
  // Shared with the clients' threads, because this function does not wait for
  // them.
  const auto places = std::make_shared<Places>();
  while (true) {
    places->Take();
    absl::StatusOr<AcceptResult> accepted = server.Accept();
    if (!accepted.ok()) {
      if (!absl::IsResourceExhausted(accepted.status())) {
        return accepted.status();
      }
      Fail(accepted.status(), err);
      absl::SleepFor(kPause);
      places->GiveBack();
      continue;
    }
    std::thread([places, &err, client = *std::move(accepted)]() mutable {
      const absl::Status status = EchoStream(client.socket);
      if (!status.ok()) Fail(About(client.address, status), err);
      client.socket = Socket();  // closed before another one may come
      places->GiveBack();
    }).detach();
  }
}

// Serves datagrams. Returns only if no further datagram can be received.
absl::Status ServeDatagrams(Socket& server, std::ostream& err) {
  std::vector<char> buffer(kBufferSize);
  while (true) {
    const absl::StatusOr<RecvFromResult> received =
        server.RecvFrom(absl::MakeSpan(buffer));
    if (!received.ok()) return received.status();
    const absl::StatusOr<std::size_t> sent = server.SendTo(
        absl::string_view(buffer.data(), received->size), received->address);
    if (!sent.ok()) Fail(About(received->address, sent.status()), err);
  }
}

}  // namespace

int EchoMain(absl::Span<const absl::string_view> words, std::ostream& out,
             std::ostream& err) {
  Options options;
  std::optional<absl::string_view> port_text;
  Args args("echo", "--port PORT [flags]\n--unix PATH [--udp]", kDescription);
  args.Value("--port", "PORT", "where to listen",
             [&port_text](absl::string_view text) {
               port_text = text;
               return absl::OkStatus();
             });
  AddSocketFlags(&options, &args);
  AddSourceFlag(
      "listen on this local address only; the port in\n"
      "it is 0 or PORT",
      &options, &args);
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

  absl::StatusOr<Endpoint> server =
      is_unix ? OpenUnixServer(options) : OpenServer(options, *port);
  if (!server.ok()) return Fail(server.status(), err);
  const absl::Status announced = Announce(*server, out);
  if (!announced.ok()) return Fail(announced, err);
  // Nobody can find a server whose address was not printed. main prints why.
  if (!out) return kExitFailure;
  return Fail(options.udp ? ServeDatagrams(server->socket, err)
                          : ServeConnections(server->socket, err),
              err);
}

}  // namespace mortise::program
