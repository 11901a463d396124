// `mortise demo`: an echo over every kind of socket that the library knows.

#include <chrono>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tools/mortise/args.h"
#include "mortise/tools/mortise/command.h"
#include "mortise/tools/mortise/exit_codes.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

constexpr absl::string_view kDescription =
    R"(Sends data to an echo server and back, over loopback: 1 MiB through a stream, or
100 datagrams. The kinds of socket are TCP and UDP on IPv4 and IPv6, and AF_UNIX
streams and datagrams. Prints a line for each: the kind of socket, the number of
bytes, the time, the result. A family that this machine lacks is not a failure.)";

constexpr std::size_t kStreamSize = std::size_t{1} << 20;
constexpr int kDatagrams = 100;
constexpr std::size_t kDatagramSize = 1024;
constexpr std::size_t kBufferSize = std::size_t{64} * 1024;

// Loopback is much faster. The timeout only makes sure that nothing here hangs.
constexpr absl::Duration kTimeout = absl::Seconds(10);

struct Kind {
  absl::string_view name;
  AddressFamily family;
  SocketType type;
};

constexpr Kind kKinds[] = {
    {"TCP on IPv4", kAfInet, kSockStream},
    {"TCP on IPv6", kAfInet6, kSockStream},
    {"UDP on IPv4", kAfInet, kSockDgram},
    {"UDP on IPv6", kAfInet6, kSockDgram},
    {"AF_UNIX stream", kAfUnix, kSockStream},
    {"AF_UNIX datagram", kAfUnix, kSockDgram},
};

// Opens a socket that is bound to a name on loopback.
absl::StatusOr<Endpoint> OpenNamed(const Kind& kind) {
  absl::StatusOr<Socket> socket = Socket::Create(kind.family, kind.type);
  if (!socket.ok()) return socket.status();
  absl::Status status = socket->SetTimeout(kTimeout);
  if (!status.ok()) return status;
  if (kind.family == kAfUnix) return BindUnixAnywhere(*std::move(socket));
  status =
      socket->Bind(HostPort{kind.family == kAfInet6 ? "::1" : "127.0.0.1", 0});
  if (!status.ok()) return status;
  return Endpoint{UnixPathRemover(), *std::move(socket)};
}

// Returns bytes without a short period, so that lost or swapped bytes show.
std::string Pattern(std::size_t size) {
  std::string pattern(size, '\0');
  unsigned state = 1;
  for (char& c : pattern) {
    state = state * 1664525u + 1013904223u;
    c = static_cast<char>(state >> 24);
  }
  return pattern;
}

// Runs the server's half of a stream, until the stream ends.
absl::Status EchoStream(Socket& connection) {
  std::vector<char> buffer(kBufferSize);
  while (true) {
    const absl::StatusOr<std::size_t> size =
        connection.Recv(absl::MakeSpan(buffer));
    if (!size.ok()) return size.status();
    if (*size == 0) return absl::OkStatus();
    absl::Status sent =
        connection.SendAll(absl::string_view(buffer.data(), *size));
    if (!sent.ok()) return sent;
  }
}

absl::Status Compare(absl::string_view back, absl::string_view data) {
  return back == data ? absl::OkStatus()
                      : absl::DataLossError("what came back is different");
}

// Runs the client's half of a stream. It sends and receives at the same time:
// if both ends sent and neither received, the buffers between them would fill
// up.
absl::Status UseStream(Socket& client, absl::string_view data) {
  absl::Status sent;
  std::thread sender([&client, &sent, data] {
    sent = client.SendAll(data);
    const absl::Status ended = client.Shutdown(ShutdownHow::kWrite);
    if (sent.ok()) sent = ended;
  });
  std::string back;
  absl::Status received;
  while (true) {
    const absl::StatusOr<std::string> piece = client.Recv(kBufferSize);
    received = piece.status();
    if (!piece.ok() || piece->empty()) break;
    back += *piece;
  }
  // This ends the sending thread too.
  if (!received.ok()) (void)client.Shutdown(ShutdownHow::kBoth);
  sender.join();
  if (!sent.ok()) return sent;
  if (!received.ok()) return received;
  return Compare(back, data);
}

// `client` is connected to `server`, which has not accepted it yet. The two
// halves end together: a half that fails closes its socket, and the other half
// notices that.
absl::Status RunStream(Socket& server, Socket client, absl::string_view data) {
  absl::StatusOr<AcceptResult> accepted = server.Accept();
  if (!accepted.ok()) return accepted.status();
  absl::Status echoed = accepted->socket.SetTimeout(kTimeout);
  if (!echoed.ok()) return echoed;
  std::thread echo(
      [&echoed, connection = std::move(accepted->socket)]() mutable {
        echoed = EchoStream(connection);
        connection = Socket();
      });
  const absl::Status used = UseStream(client, data);
  client = Socket();
  echo.join();
  return used.ok() ? echoed : used;
}

// Sends one datagram after the other, to the server and back.
absl::Status RunDatagrams(Socket& server, Socket& client,
                          absl::string_view data) {
  for (int i = 0; i < kDatagrams; ++i) {
    const absl::string_view one = data.substr(i * kDatagramSize, kDatagramSize);
    absl::Status sent = client.Send(one).status();
    if (!sent.ok()) return sent;
    const absl::StatusOr<RecvFromStringResult> received =
        server.RecvFrom(kBufferSize);
    if (!received.ok()) return received.status();
    sent = server.SendTo(received->data, received->address).status();
    if (!sent.ok()) return sent;
    const absl::StatusOr<std::string> back = client.Recv(kBufferSize);
    if (!back.ok()) return back.status();
    absl::Status same = Compare(*back, one);
    if (!same.ok()) return same;
  }
  return absl::OkStatus();
}

absl::Status Echo(const Kind& kind, Socket& server, absl::string_view data) {
  const bool is_stream = kind.type == kSockStream;
  if (is_stream) {
    absl::Status listening = server.Listen();
    if (!listening.ok()) return listening;
  }
  const absl::StatusOr<SocketAddress> address = server.GetSockName();
  if (!address.ok()) return address.status();
  absl::StatusOr<Endpoint> client = OpenNamed(kind);
  if (!client.ok()) return client.status();
  absl::Status connected = client->socket.Connect(*address);
  if (!connected.ok()) return connected;
  return is_stream ? RunStream(server, std::move(client->socket), data)
                   : RunDatagrams(server, client->socket, data);
}

// Runs the echo for one kind and prints its line. Returns false if it failed.
bool Show(const Kind& kind, std::ostream& out) {
  absl::StatusOr<Endpoint> server = OpenNamed(kind);
  if (!server.ok()) {
    const bool lacking = IsUnsupported(server.status()) ||
                         IsAddressNotAvailable(server.status());
    out << absl::StreamFormat("%-18s%s: %s\n", kind.name,
                              lacking ? "unavailable" : "FAILED",
                              server.status().message());
    return lacking;
  }
  const std::string data = Pattern(
      kind.type == kSockStream ? kStreamSize : kDatagrams * kDatagramSize);
  const auto start = std::chrono::steady_clock::now();
  const absl::Status status = Echo(kind, server->socket, data);
  const std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - start;
  out << absl::StreamFormat(
      "%-18s%8d bytes %9.2f ms  %s\n", kind.name, data.size(), time.count(),
      status.ok() ? "ok" : absl::StrCat("FAILED: ", status.message()));
  return status.ok();
}

}  // namespace

int DemoMain(absl::Span<const absl::string_view> words, std::ostream& out,
             std::ostream& err) {
  Args args("demo", "", kDescription);
  if (const std::optional<int> exit = args.Parse(words, out, err)) return *exit;
  if (!args.positional().empty()) {
    return args.UsageError("takes no arguments", err);
  }
  int exit = kExitOk;
  for (const Kind& kind : kKinds) {
    if (!Show(kind, out)) exit = kExitFailure;
    out << std::flush;
  }
  return exit;
}

}  // namespace mortise::program
