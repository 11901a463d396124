#include "mortise/tools/mortise/options.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/services.h"
#include "mortise/core/socket_address.h"
#include "mortise/tools/mortise/args.h"

namespace mortise::program {
namespace {

// Returns what was typed in a form that fits into a message of one line.
std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::CHexEscape(text), "'");
}

absl::StatusOr<absl::Duration> ParseSeconds(absl::string_view text) {
  double seconds;
  // The conditions are written so that NaN fails too, and also a number that
  // absl::Duration rounds to zero.
  if (!absl::SimpleAtod(text, &seconds) || !(seconds > 0) ||
      absl::Seconds(seconds) == absl::ZeroDuration()) {
    return absl::InvalidArgumentError(absl::StrCat(
        Quoted(text), " is not a number of seconds greater than 0"));
  }
  return absl::Seconds(seconds);
}

}  // namespace

void AddFamilyFlags(Options* options, Args* args) {
  args->Flag("-4", "IPv4 only", &options->ipv4);
  args->Flag("-6", "IPv6 only", &options->ipv6);
}

void AddSocketFlags(Options* options, Args* args) {
  args->Flag("--udp", "datagrams instead of a stream", &options->udp);
  args->Value("--unix", "PATH",
              "an AF_UNIX socket; @NAME is an abstract name, on\nLinux",
              [options](absl::string_view path) {
                if (path.empty()) {
                  return absl::InvalidArgumentError("the path is empty");
                }
                options->unix_path = std::string(path);
                return absl::OkStatus();
              });
  AddFamilyFlags(options, args);
}

void AddSourceFlag(absl::string_view help, Options* options, Args* args) {
  args->Value("--source", "HOST:PORT", help, [options](absl::string_view text) {
    absl::StatusOr<HostPort> source = ParseSource(text);
    if (!source.ok()) return source.status();
    options->source = *source;
    return CheckHost(source->host);
  });
}

void AddTimeoutFlag(absl::string_view help, Options* options, Args* args) {
  args->Value("--timeout", "SECONDS", help, [options](absl::string_view text) {
    absl::StatusOr<absl::Duration> seconds = ParseSeconds(text);
    if (seconds.ok()) options->timeout = *seconds;
    return seconds.status();
  });
}

void AddTimeFlags(absl::string_view timeout_help, absl::string_view linger_help,
                  Options* options, Args* args) {
  AddTimeoutFlag(timeout_help, options, args);
  args->Value("--linger", "SECONDS", linger_help,
              [options](absl::string_view text) {
                absl::StatusOr<absl::Duration> seconds = ParseSeconds(text);
                if (seconds.ok()) options->linger = *seconds;
                return seconds.status();
              });
}

absl::Status CheckOptions(const Options& options, std::optional<int> port) {
  if (options.ipv4 && options.ipv6) {
    return absl::InvalidArgumentError("-4 and -6 cannot be used together");
  }
  if (options.unix_path.has_value()) {
    if (options.ipv4 || options.ipv6) {
      return absl::InvalidArgumentError("-4 and -6 cannot be used with --unix");
    }
    if (options.source.has_value()) {
      return absl::InvalidArgumentError("--source cannot be used with --unix");
    }
  }
  if (port.has_value() && options.source.has_value() &&
      options.source->port != 0 && options.source->port != *port) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--source has port ", options.source->port, ", but PORT is ", *port));
  }
  return absl::OkStatus();
}

bool IsNumber(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::Status CheckHost(absl::string_view host) {
  if (std::all_of(host.begin(), host.end(), absl::ascii_isascii) ||
      SocketAddress::Numeric(host, 0).ok()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      Quoted(host), " is not ASCII; write it as the DNS has it, 'xn--...'"));
}

absl::StatusOr<int> ParsePort(absl::string_view text) {
  int port;
  // IsNumber first, because SimpleAtoi also takes blanks and signs.
  if (!IsNumber(text) || !absl::SimpleAtoi(text, &port) || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " is not a port, 0 to 65535"));
  }
  return port;
}

absl::StatusOr<int> FindPort(absl::string_view text, const Options& options) {
  if (IsNumber(text)) return ParsePort(text);
  const absl::StatusOr<int> port =
      GetServByName(text, options.udp ? "udp" : "tcp");
  if (port.ok()) return port;
  return absl::InvalidArgumentError(absl::StrCat(
      Quoted(text), " is neither a port, 0 to 65535, nor a service that this ",
      "machine knows for ", options.udp ? "UDP" : "TCP"));
}

absl::string_view WithoutBrackets(absl::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    return host.substr(1, host.size() - 2);
  }
  return host;
}

absl::StatusOr<HostPort> ParseSource(absl::string_view text) {
  // Without a host only the port is chosen.
  for (const absl::string_view no_host : {"", "[]"}) {
    absl::string_view port_text = text;
    if (absl::ConsumePrefix(&port_text, no_host) &&
        absl::ConsumePrefix(&port_text, ":")) {
      absl::StatusOr<int> port = ParsePort(port_text);
      if (!port.ok()) return port.status();
      return HostPort{"", *port};
    }
  }
  return HostPort::Parse(text);
}

}  // namespace mortise::program
