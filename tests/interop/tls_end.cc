// One end of TLS connections, for tls_peers.py, which runs it against programs
// of other implementations. The data is a pattern, which is checked when it is
// received. Each connection prints a line that tells what came of it.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_error.h"
#include "mortise/core/tls/tls_socket.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {
namespace {

constexpr char kUsage[] =
    "usage: tls_end server|client [NAME=VALUE]...\n\n"
    "  port=N         client: the port at 127.0.0.1\n"
    "  folder=PATH    has ca.pem, own.pem and own_key.pem\n"
    "  version=1.2    no higher version; the default is any version\n"
    "  alpn=NAME      a protocol to agree on\n"
    "  verify=no      server: asks for no client certificate\n"
    "  bytes=N        how much of the pattern is sent\n"
    "  text=TEXT      what is sent before it; | stands for CR LF\n"
    "  skip=header    what is received before the pattern: up to an empty "
    "line\n"
    "  expect=N       reads only so much of the pattern, not until the end\n"
    "  check=no       receives anything, not only the pattern\n"
    "  order=both     sends while it reads (the default), or\n"
    "  order=after    sends when it has read everything\n"
    "  order=before   reads when it has sent and ended everything\n"
    "  half=no        does not end its sending half before it has read\n"
    "  end=drop       drops the connection in place of closing it\n"
    "  connections=N  one after another, each resuming the one before\n";

// A time that no working peer needs.
constexpr absl::Duration kLong = absl::Seconds(120);

using Settings = std::map<std::string, std::string>;

std::string Get(const Settings& settings, const std::string& name,
                const std::string& otherwise = "") {
  const auto found = settings.find(name);
  return found == settings.end() ? otherwise : found->second;
}

std::size_t GetNumber(const Settings& settings, const std::string& name,
                      std::size_t otherwise) {
  std::size_t number = otherwise;
  if (settings.count(name) > 0 &&
      !absl::SimpleAtoi(settings.at(name), &number)) {
    std::fputs(kUsage, stderr);
    std::exit(2);
  }
  return number;
}

char PatternAt(std::size_t i) { return static_cast<char>(i * 31 + (i >> 12)); }

// The data of one connection.
class Exchange {
 public:
  Exchange(const Settings& settings, TlsSocket& tls)
      : settings_(settings), tls_(tls) {}

  // Sends and receives, in the order that was asked for.
  void Run() {
    const std::string order = Get(settings_, "order", "both");
    if (order == "both") {
      std::thread sending([this] { Send(); });
      Receive();
      sending.join();
    } else if (order == "after") {
      Receive();
      Send();
    } else {
      Send();
      Receive();
    }
  }

  std::size_t received() const { return received_; }
  // What was the first thing to fail.
  absl::Status status() const {
    return receiving_.ok() ? sending_ : receiving_;
  }

 private:
  void Send() {
    std::string text;
    for (const char c : Get(settings_, "text")) {
      text += c == '|' ? std::string("\r\n") : std::string(1, c);
    }
    const std::size_t bytes = GetNumber(settings_, "bytes", 0);
    if (!text.empty()) sending_ = tls_.WriteAll(text);
    std::string data;
    for (std::size_t sent = 0; sent < bytes && sending_.ok();) {
      data.resize(std::min<std::size_t>(bytes - sent, 100000));
      for (char& byte : data) byte = PatternAt(sent++);
      sending_ = tls_.WriteAll(data);
    }
    if (sending_.ok() && Get(settings_, "half") != "no") {
      sending_ = tls_.Shutdown(ShutdownHow::kWrite);
    }
  }

  void Receive() {
    const std::size_t expected =
        GetNumber(settings_, "expect", static_cast<std::size_t>(-1));
    const bool checks = Get(settings_, "check") != "no";
    bool in_header = Get(settings_, "skip") == "header";
    std::string header;
    std::string buffer(65536, '\0');
    while (in_header || received_ < expected) {
      const absl::StatusOr<std::size_t> size =
          tls_.Read(absl::MakeSpan(buffer));
      if (!size.ok()) receiving_ = size.status();
      if (!size.ok() || *size == 0) return;
      absl::string_view data(buffer.data(), *size);
      if (in_header) {
        absl::StrAppend(&header, data);
        const std::size_t end = header.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        in_header = false;
        data = absl::string_view(header).substr(end + 4);
      }
      for (const char byte : data) {
        if (byte != PatternAt(received_++) && checks) {
          receiving_ = absl::DataLossError(
              absl::StrCat("wrong byte at ", received_ - 1));
          return;
        }
      }
    }
  }

  const Settings& settings_;
  TlsSocket& tls_;
  std::size_t received_ = 0;
  absl::Status sending_;
  absl::Status receiving_;
};

int Run(bool is_server, const Settings& settings) {
  const std::string folder = Get(settings, "folder", ".");
  TlsOptions options;
  options.trusted.file = absl::StrCat(folder, "/ca.pem");
  options.certificate.file = absl::StrCat(folder, "/own.pem");
  options.private_key.file = absl::StrCat(folder, "/own_key.pem");
  if (Get(settings, "version") == "1.2") {
    options.maximum_version = TlsVersion::kTls12;
  }
  if (settings.count("alpn") > 0) options.alpn = {settings.at("alpn")};
  if (is_server && Get(settings, "verify") != "no") {
    options.client_certificate = TlsClientCertificate::kRequired;
  }
  absl::StatusOr<TlsContext> context =
      is_server ? TlsContext::Server(options) : TlsContext::Client(options);
  absl::StatusOr<Socket> listener = Socket::Create(kAfInet, kSockStream);
  if (!context.ok() || !listener.ok()) {
    std::printf("status=%s\n", context.status().ToString().c_str());
    return 1;
  }
  if (is_server) {
    if (!listener->Bind({"127.0.0.1", 0}).ok() || !listener->Listen().ok() ||
        !listener->SetTimeout(kLong).ok()) {
      return 1;
    }
    std::printf("port %d\n", static_cast<int>(listener->GetSockName()->port()));
    std::fflush(stdout);
  }
  TlsSession session;
  bool all_well = true;
  for (std::size_t i = 0; i < GetNumber(settings, "connections", 1); ++i) {
    Socket socket;
    if (is_server) {
      absl::StatusOr<AcceptResult> accepted = listener->Accept();
      if (!accepted.ok()) return 1;
      socket = std::move(accepted->socket);
    } else {
      socket = *Socket::Create(kAfInet, kSockStream);
      if (!socket
               .Connect({"127.0.0.1",
                         static_cast<int>(GetNumber(settings, "port", 0))})
               .ok()) {
        return 1;
      }
    }
    if (!socket.SetTimeout(kLong).ok()) return 1;
    TlsSocket tls = *TlsSocket::Create(*context, std::move(socket),
                                       is_server ? "" : "localhost", session);
    absl::Status status = tls.Handshake();
    Exchange exchange(settings, tls);
    if (status.ok()) exchange.Run();
    if (status.ok()) status = exchange.status();
    const bool resumed = tls.SessionReused();
    const std::string alpn = tls.AlpnProtocol();
    const std::string cipher = tls.Cipher();
    const bool tls12 = tls.Version() == TlsVersion::kTls12;
    const bool has_peer = tls.PeerCertificate().has_value();
    if (!is_server) session = tls.Session();
    absl::Status closed;
    if (Get(settings, "end") != "drop") closed = tls.Close();
    if (status.ok()) status = closed;
    std::printf(
        "received=%zu version=%s cipher=%s alpn=%s certificate=%d resumed=%d "
        "truncated=%d status=%s\n",
        exchange.received(), tls12 ? "1.2" : "1.3", cipher.c_str(),
        alpn.c_str(), has_peer ? 1 : 0, resumed ? 1 : 0,
        IsTlsTruncated(status) ? 1 : 0, status.ToString().c_str());
    std::fflush(stdout);
    all_well = all_well && status.ok();
  }
  return all_well ? 0 : 1;
}

}  // namespace
}  // namespace mortise

int main(int argc, char** argv) {
  const std::string role = argc > 1 ? argv[1] : "";
  mortise::Settings settings;
  for (int i = 2; i < argc; ++i) {
    const std::pair<std::string, std::string> setting =
        absl::StrSplit(argv[i], absl::MaxSplits('=', 1));
    settings.insert(setting);
  }
  if (role != "server" && role != "client") {
    std::fputs(mortise::kUsage, role == "--help" ? stdout : stderr);
    return role == "--help" ? 0 : 2;
  }
  return mortise::Run(role == "server", settings);
}
