#include "mortise/platform/sim/host/services.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {
namespace {

struct Service {
  absl::string_view name;
  absl::string_view alias;
  std::uint16_t port;
  bool over_tcp;
  bool over_udp;
};

// Source: IANA's "Service Name and Transport Protocol Port Number Registry",
// with the aliases that are common.
constexpr Service kServices[] = {
    {"echo", "", 7, true, true},
    {"discard", "sink", 9, true, true},
    {"daytime", "", 13, true, true},
    {"chargen", "ttytst", 19, true, true},
    {"ftp-data", "", 20, true, false},
    {"ftp", "", 21, true, false},
    {"ssh", "", 22, true, false},
    {"telnet", "", 23, true, false},
    {"smtp", "mail", 25, true, false},
    {"time", "timserver", 37, true, true},
    {"domain", "", 53, true, true},
    {"bootps", "", 67, false, true},
    {"bootpc", "", 68, false, true},
    {"tftp", "", 69, false, true},
    {"gopher", "", 70, true, false},
    {"finger", "", 79, true, false},
    {"http", "www", 80, true, false},
    {"kerberos", "krb5", 88, true, true},
    {"pop3", "pop-3", 110, true, false},
    {"sunrpc", "portmapper", 111, true, true},
    {"auth", "ident", 113, true, false},
    {"nntp", "readnews", 119, true, false},
    {"ntp", "", 123, false, true},
    {"imap2", "imap", 143, true, false},
    {"snmp", "", 161, true, true},
    {"bgp", "", 179, true, false},
    {"irc", "", 194, true, true},
    {"ldap", "", 389, true, true},
    {"https", "", 443, true, true},
    {"submissions", "ssmtp", 465, true, false},
    {"syslog", "", 514, false, true},
    {"submission", "", 587, true, false},
    {"ldaps", "", 636, true, true},
    {"domain-s", "", 853, true, true},
    {"rsync", "", 873, true, false},
    {"imaps", "", 993, true, false},
    {"pop3s", "", 995, true, false},
    {"socks", "", 1080, true, false},
    {"mysql", "", 3306, true, false},
    {"postgresql", "postgres", 5432, true, false},
};

struct Protocol {
  absl::string_view name;
  absl::string_view alias;
  int number;
};

// Source: IANA's "Protocol Numbers".
constexpr Protocol kProtocols[] = {
    {"ip", "IP", 0},
    {"icmp", "ICMP", 1},
    {"igmp", "IGMP", 2},
    {"tcp", "TCP", 6},
    {"udp", "UDP", 17},
    {"ipv6", "IPv6", 41},
    {"ipv6-icmp", "IPv6-ICMP", 58},
    {"sctp", "SCTP", 132},
    {"udplite", "UDPLite", 136},
};

bool IsOver(const Service& service, absl::string_view protocol) {
  if (protocol.empty()) return true;
  return (service.over_tcp && protocol == "tcp") ||
         (service.over_udp && protocol == "udp");
}

}  // namespace

SysResult<std::optional<std::uint16_t>> Services::PortOfService(
    absl::string_view service, absl::string_view protocol) {
  if (service.empty()) return {std::nullopt, 0};
  for (const Service& known : kServices) {
    if ((known.name == service || known.alias == service) &&
        IsOver(known, protocol)) {
      return {known.port, 0};
    }
  }
  return {std::nullopt, 0};
}

SysResult<std::optional<std::string>> Services::ServiceOfPort(
    std::uint16_t port, absl::string_view protocol) {
  for (const Service& known : kServices) {
    if (known.port == port && IsOver(known, protocol)) {
      return {std::string(known.name), 0};
    }
  }
  return {std::nullopt, 0};
}

SysResult<std::optional<int>> Services::ProtocolOfName(absl::string_view name) {
  for (const Protocol& known : kProtocols) {
    if (known.name == name || known.alias == name) return {known.number, 0};
  }
  return {std::nullopt, 0};
}

}  // namespace sim
}  // namespace mortise
