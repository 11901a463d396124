#include "tools/mortise/options.h"

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
#include "absl/time/time.h"
#include "mortise/address.h"
#include "tools/mortise/args.h"

namespace mortise::program {
namespace {

// What was typed, fit to stand in a message of one line.
std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::CHexEscape(text), "'");
}

absl::StatusOr<absl::Duration> ParseSeconds(absl::string_view text) {
  double seconds;
  // Written so that NaN fails too, and what a duration rounds to nothing.
  if (!absl::SimpleAtod(text, &seconds) || !(seconds > 0) ||
      absl::Seconds(seconds) == absl::ZeroDuration()) {
    return absl::InvalidArgumentError(absl::StrCat(
        Quoted(text), " is not a number of seconds greater than 0"));
  }
  return absl::Seconds(seconds);
}

}  // namespace

void AddFamilyFlags(Options* options, Args* args) {
  args->Flag("-4", "IPv4 alone", &options->ipv4);
  args->Flag("-6", "IPv6 alone", &options->ipv6);
}

void AddSocketFlags(Options* options, Args* args) {
  args->Flag("--udp", "datagrams instead of a stream", &options->udp);
  args->Value("--unix", "PATH",
              "an AF_UNIX socket; @NAME is Linux's abstract name",
              [options](absl::string_view path) {
                if (path.empty()) {
                  return absl::InvalidArgumentError("an empty path");
                }
                options->unix_path = std::string(path);
                return absl::OkStatus();
              });
  AddFamilyFlags(options, args);
}

void AddSourceFlag(absl::string_view help, Options* options, Args* args) {
  args->Value("--source", "HOST:PORT", help, [options](absl::string_view text) {
    absl::StatusOr<HostPort> source = ParseHostPort(text);
    if (source.ok()) options->source = *source;
    return source.status();
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
    return absl::InvalidArgumentError("-4 and -6 exclude each other");
  }
  if (options.unix_path.has_value()) {
    if (options.ipv4 || options.ipv6) {
      return absl::InvalidArgumentError("-4 and -6 do not go with --unix");
    }
    if (options.source.has_value()) {
      return absl::InvalidArgumentError("--source does not go with --unix");
    }
  }
  if (port.has_value() && options.source.has_value() &&
      options.source->port != 0 && options.source->port != *port) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--source has another port, ", options.source->port, ", than ", *port));
  }
  return absl::OkStatus();
}

bool IsNumber(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::StatusOr<int> ParsePort(absl::string_view text) {
  int port;
  if (!absl::SimpleAtoi(text, &port) || port < 0 || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " is not a port, 0 to 65535"));
  }
  return port;
}

absl::StatusOr<HostPort> ParseHostPort(absl::string_view text) {
  const auto malformed = [text] {
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " is not HOST:PORT or [HOST]:PORT"));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return malformed();
  absl::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != absl::string_view::npos) {
    // Without brackets there is no telling "::1" from "::" at port 1.
    return malformed();
  }
  absl::StatusOr<int> port = ParsePort(text.substr(colon + 1));
  if (!port.ok()) return port.status();
  return HostPort{std::string(host), *port};
}

}  // namespace mortise::program
