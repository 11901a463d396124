#include "mortise/tools/mortise/probes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/constants.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::program {
namespace {

using Findings = std::vector<Finding>;

// Loopback is much faster. The timeout only makes sure that nothing here hangs.
constexpr absl::Duration kTimeout = absl::Seconds(5);

std::string No(const absl::Status& status) {
  return absl::StrCat("no: ", status.message());
}

std::string YesOrNo(const absl::Status& status) {
  return status.ok() ? "yes" : No(status);
}

// The same for a call of a Platform.
std::string No(const Platform& platform, int error) {
  return error == kNotSupportedError
             ? "no: not supported on this platform"
             : absl::StrCat("no: ",
                            platform.errors().Text(ErrorDomain::kOs, error));
}

std::string NoConstant() {
  return absl::StrCat("no: not among the constants of ", OsName(NativeOs()));
}

// Which kinds of socket there are.

// A kind that has a line of its own. Programs ask for these kinds by name.
struct Kind {
  absl::string_view family;
  absl::string_view type;
  // A raw socket of IP has no default protocol.
  Protocol protocol = 0;
};

constexpr Kind kKinds[] = {
    {"AF_INET", "SOCK_STREAM"},
    {"AF_INET", "SOCK_DGRAM"},
    {"AF_INET", "SOCK_RAW", kIpprotoIcmp},
    {"AF_INET6", "SOCK_STREAM"},
    {"AF_INET6", "SOCK_DGRAM"},
    {"AF_INET6", "SOCK_RAW", kIpprotoIcmpv6},
    {"AF_UNIX", "SOCK_STREAM"},
    {"AF_UNIX", "SOCK_DGRAM"},
    {"AF_UNIX", "SOCK_SEQPACKET"},
};

constexpr absl::string_view kOtherFamilies[] = {
    "AF_ALG",    "AF_BLUETOOTH", "AF_CAN",    "AF_HYPERV", "AF_NETLINK",
    "AF_PACKET", "AF_QIPCRTR",   "AF_SYSTEM", "AF_TIPC",   "AF_VSOCK",
};

constexpr absl::string_view kTypes[] = {
    "SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_SEQPACKET", "SOCK_RDM",
};

absl::Status TryToCreate(Platform& platform, const Constant& family,
                         const Constant& type, Protocol protocol = 0) {
  return Socket::Create(static_cast<int>(family.value),
                        static_cast<int>(type.value), protocol, &platform)
      .status();
}

std::string TypesOf(Platform& platform, absl::string_view name) {
  const std::optional<Constant> family = FindConstant(name);
  if (!family.has_value()) return NoConstant();
  std::vector<absl::string_view> types;
  absl::Status why_not;
  for (const absl::string_view type_name : kTypes) {
    const std::optional<Constant> type = FindConstant(type_name);
    if (!type.has_value()) continue;
    const absl::Status created = TryToCreate(platform, *family, *type);
    if (created.ok()) {
      types.push_back(type_name);
    } else if (why_not.ok()) {
      why_not = created;
    }
  }
  return types.empty() ? No(why_not) : absl::StrJoin(types, ", ");
}

Findings Sockets(Platform& platform) {
  Findings findings;
  for (const Kind& kind : kKinds) {
    const std::optional<Constant> family = FindConstant(kind.family);
    const std::optional<Constant> type = FindConstant(kind.type);
    findings.push_back(
        {absl::StrCat(kind.family, " ", kind.type),
         family.has_value() && type.has_value()
             ? YesOrNo(TryToCreate(platform, *family, *type, kind.protocol))
             : NoConstant()});
  }
  for (const absl::string_view family : kOtherFamilies) {
    findings.push_back({std::string(family), TypesOf(platform, family)});
  }
  return findings;
}

// What addresses can be used for.

absl::Status TryToListen(Platform& platform, AddressFamily family,
                         absl::string_view host) {
  CreateServerOptions options;
  options.family = family;
  options.platform = &platform;
  return CreateServer({host, 0}, options).status();
}

// Tries whether an IPv4 client can reach an IPv6 server.
absl::Status TryDualStack(Platform& platform) {
  CreateServerOptions options;
  options.family = kAfInet6;
  options.dualstack_ipv6 = true;
  options.platform = &platform;
  const absl::StatusOr<Socket> server = CreateServer({"", 0}, options);
  if (!server.ok()) return server.status();
  const absl::StatusOr<SocketAddress> name = server->GetSockName();
  if (!name.ok()) return name.status();
  CreateConnectionOptions client;
  client.timeout = kTimeout;
  client.platform = &platform;
  return CreateConnection({"127.0.0.1", name->port()}, client).status();
}

absl::Status TryToShare(Platform& platform) {
  CreateServerOptions options;
  options.reuse = AddressReuse::kShare;
  options.platform = &platform;
  const absl::StatusOr<Socket> first = CreateServer({"127.0.0.1", 0}, options);
  if (!first.ok()) return first.status();
  const absl::StatusOr<SocketAddress> name = first->GetSockName();
  if (!name.ok()) return name.status();
  return CreateServer(*name, options).status();
}

absl::Status TryPath(Platform& platform) {
  absl::StatusOr<Socket> socket =
      Socket::Create(kAfUnix, kSockStream, 0, &platform);
  if (!socket.ok()) return socket.status();
  return BindUnixAnywhere(*std::move(socket)).status();
}

absl::Status TryAbstractName(Platform& platform) {
  absl::StatusOr<Socket> socket =
      Socket::Create(kAfUnix, kSockStream, 0, &platform);
  if (!socket.ok()) return socket.status();
  // The name is as random as a temporary path, so that nobody else uses it.
  const std::string path = TemporaryUnixPath();
  return socket->Bind(UnixAddress(
      absl::StrCat("@", path.substr(path.find_last_of("/\\") + 1))));
}

std::string TryPair(Platform& platform, SocketType type) {
  const absl::StatusOr<std::pair<Socket, Socket>> pair =
      SocketPair(kAfUnspec, type, 0, &platform);
  return pair.ok() ? absl::StrCat("yes, ", pair->first.family().ToString())
                   : No(pair.status());
}

Findings Addresses(Platform& platform) {
  return {
      {"IPv4 loopback", YesOrNo(TryToListen(platform, kAfInet, "127.0.0.1"))},
      {"IPv6 loopback", YesOrNo(TryToListen(platform, kAfInet6, "::1"))},
      {"IPv4 and IPv6 together", YesOrNo(TryDualStack(platform))},
      {"a port for several", YesOrNo(TryToShare(platform))},
      {"AF_UNIX path", YesOrNo(TryPath(platform))},
      {"AF_UNIX abstract name", YesOrNo(TryAbstractName(platform))},
      {"pair of streams", TryPair(platform, kSockStream)},
      {"pair of datagrams", TryPair(platform, kSockDgram)},
  };
}

// Which options there are, and their values on a new socket.

struct Option {
  absl::string_view name;
  int level;
  AddressFamily family;
  SocketType type;
};

constexpr Option kOptions[] = {
    {"SO_REUSEADDR", kSolSocket, kAfInet, kSockStream},
    {"SO_REUSEPORT", kSolSocket, kAfInet, kSockStream},
    {"SO_EXCLUSIVEADDRUSE", kSolSocket, kAfInet, kSockStream},
    {"SO_KEEPALIVE", kSolSocket, kAfInet, kSockStream},
    {"SO_BROADCAST", kSolSocket, kAfInet, kSockDgram},
    {"TCP_NODELAY", kIpprotoTcp, kAfInet, kSockStream},
    {"TCP_KEEPIDLE", kIpprotoTcp, kAfInet, kSockStream},
    {"TCP_KEEPALIVE", kIpprotoTcp, kAfInet, kSockStream},
    {"TCP_KEEPINTVL", kIpprotoTcp, kAfInet, kSockStream},
    {"TCP_KEEPCNT", kIpprotoTcp, kAfInet, kSockStream},
    {"TCP_USER_TIMEOUT", kIpprotoTcp, kAfInet, kSockStream},
    {"TCP_FASTOPEN", kIpprotoTcp, kAfInet, kSockStream},
    {"TCP_MAXSEG", kIpprotoTcp, kAfInet, kSockStream},
    {"IP_TTL", kIpprotoIp, kAfInet, kSockDgram},
    {"IP_PKTINFO", kIpprotoIp, kAfInet, kSockDgram},
    {"IP_MTU_DISCOVER", kIpprotoIp, kAfInet, kSockDgram},
    {"IP_MULTICAST_TTL", kIpprotoIp, kAfInet, kSockDgram},
    {"IPV6_V6ONLY", kIpprotoIpv6, kAfInet6, kSockStream},
    {"IPV6_UNICAST_HOPS", kIpprotoIpv6, kAfInet6, kSockDgram},
    {"IPV6_RECVPKTINFO", kIpprotoIpv6, kAfInet6, kSockDgram},
};

std::string ValueOf(Platform& platform, const Option& option) {
  const std::optional<Constant> name = FindConstant(option.name);
  if (!name.has_value()) return NoConstant();
  const absl::StatusOr<Socket> socket =
      Socket::Create(option.family, option.type, 0, &platform);
  if (!socket.ok()) return No(socket.status());
  const absl::StatusOr<int> value =
      socket->GetSockOpt(option.level, static_cast<int>(name->value));
  return value.ok() ? absl::StrCat(*value) : No(value.status());
}

Findings Options(Platform& platform) {
  Findings findings;
  for (const Option& option : kOptions) {
    findings.push_back({std::string(option.name), ValueOf(platform, option)});
  }
  return findings;
}

Findings Buffers(Platform& platform) {
  constexpr Option kBuffers[] = {
      {"SO_SNDBUF", kSolSocket, kAfInet, kSockStream},
      {"SO_RCVBUF", kSolSocket, kAfInet, kSockStream},
      {"SO_SNDBUF", kSolSocket, kAfInet, kSockDgram},
      {"SO_RCVBUF", kSolSocket, kAfInet, kSockDgram},
      {"SO_SNDBUF", kSolSocket, kAfUnix, kSockStream},
      {"SO_RCVBUF", kSolSocket, kAfUnix, kSockStream},
  };
  Findings findings;
  for (const Option& option : kBuffers) {
    const absl::string_view kind = option.family == kAfUnix     ? "AF_UNIX "
                                   : option.type == kSockStream ? "TCP "
                                                                : "UDP ";
    findings.push_back(
        {absl::StrCat(kind, option.name), ValueOf(platform, option)});
  }
  return findings;
}

// Limits of numbers and sizes.

// More than a program with ordinary limits may have, and few enough to try.
constexpr std::size_t kManySockets = 4096;

std::string TryManySockets(Platform& platform) {
  std::vector<Socket> sockets;
  while (sockets.size() < kManySockets) {
    absl::StatusOr<Socket> socket =
        Socket::Create(kAfInet, kSockDgram, 0, &platform);
    if (!socket.ok()) {
      return absl::StrCat(sockets.size(), ": ", socket.status().message());
    }
    sockets.push_back(*std::move(socket));
  }
  return absl::StrCat(kManySockets, " or more");
}

Findings Limits(Platform& platform) {
  const std::size_t path = platform.facts().max_unix_path;
  return {
      {"sockets at once", TryManySockets(platform)},
      {"AF_UNIX path", path == 0 ? "no AF_UNIX" : absl::StrCat(path, " bytes")},
  };
}

// Names of hosts, services and interfaces.

std::string LookUp(Platform& platform, absl::string_view host) {
  GetAddrInfoOptions options;
  options.type = kSockStream;
  options.timeout = kTimeout;
  options.platform = &platform;
  const absl::StatusOr<std::vector<AddrInfo>> found =
      GetAddrInfo(host, std::nullopt, options);
  if (!found.ok()) return No(found.status());
  std::vector<std::string> addresses;
  for (const AddrInfo& info : *found) addresses.push_back(info.address.host());
  return absl::StrJoin(addresses, ", ");
}

Findings Names(Platform& platform) {
  const SysResult<std::string> name = platform.names().GetHostName();
  const SysResult<std::optional<std::uint16_t>> http =
      platform.services().PortOfService("http", "tcp");
  return {
      {"this machine", name.ok() ? name.value : No(platform, name.error)},
      {"localhost", LookUp(platform, "localhost")},
      {"service http/tcp", !http.ok()               ? No(platform, http.error)
                           : http.value.has_value() ? absl::StrCat(*http.value)
                                                    : "no: not known"},
  };
}

Findings Interfaces(Platform& platform) {
  const SysResult<std::vector<InterfaceEntry>> list =
      platform.interfaces().List();
  if (!list.ok()) return {{"all", No(platform, list.error)}};
  Findings findings;
  for (const InterfaceEntry& entry : list.value) {
    // The machine's owner chooses the name, so it is escaped for the terminal.
    findings.push_back(
        {absl::StrCat(entry.index), absl::CHexEscape(entry.name)});
  }
  return findings;
}

// The resolution of the clock.

Findings Clock(Platform& platform) {
  absl::Duration step = absl::InfiniteDuration();
  absl::Duration last = platform.clock().Now();
  for (int i = 0; i < 10000; ++i) {
    const absl::Duration now = platform.clock().Now();
    if (now > last) step = std::min(step, now - last);
    last = now;
  }
  const absl::Duration begin = platform.clock().Now();
  platform.readiness().Sleep(absl::Milliseconds(1));
  const absl::Duration slept = platform.clock().Now() - begin;
  return {
      {"smallest step", step == absl::InfiniteDuration()
                            ? "more than 10000 readings"
                            : absl::FormatDuration(step)},
      {"a wait of 1ms", absl::FormatDuration(slept)},
  };
}

}  // namespace

const std::vector<Examination>& Examinations() {
  static const auto& all = *new std::vector<Examination>{
      {"sockets", Sockets},       {"addresses", Addresses},
      {"options", Options},       {"buffers", Buffers},
      {"limits", Limits},         {"names", Names},
      {"interfaces", Interfaces}, {"clock", Clock},
  };
  return all;
}

}  // namespace mortise::program
