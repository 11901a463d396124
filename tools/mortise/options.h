// The flags that connect, listen and echo have in common: which sockets to use.

#ifndef MORTISE_TOOLS_MORTISE_OPTIONS_H_
#define MORTISE_TOOLS_MORTISE_OPTIONS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/address.h"
#include "mortise/core/socket_types.h"
#include "mortise/tools/mortise/args.h"

namespace mortise::program {

struct Options {
  bool udp = false;
  bool ipv4 = false;
  bool ipv6 = false;
  std::optional<std::string> unix_path;
  std::optional<HostPort> source;
  absl::Duration timeout = absl::InfiniteDuration();
  // If it is nullopt, the command uses its own default.
  std::optional<absl::Duration> linger;

  SocketType type() const { return udp ? kSockDgram : kSockStream; }
  // AF_UNSPEC unless -4 or -6 was given.
  AddressFamily family() const { return ipv4 ? kAfInet : ipv6 ? kAfInet6 : 0; }
};

// Adds -4 and -6.
void AddFamilyFlags(Options* options, Args* args);
// Adds --udp, --unix, -4 and -6.
void AddSocketFlags(Options* options, Args* args);
// Adds --source.
void AddSourceFlag(absl::string_view help, Options* options, Args* args);
// Adds --timeout.
void AddTimeoutFlag(absl::string_view help, Options* options, Args* args);
// Adds --timeout and --linger.
void AddTimeFlags(absl::string_view timeout_help, absl::string_view linger_help,
                  Options* options, Args* args);

// Fails if two of the flags contradict each other, or if --source contradicts
// `port`, the port to listen on.
absl::Status CheckOptions(const Options& options,
                          std::optional<int> port = std::nullopt);

// Whether `text` is a port, and not the name of a service.
bool IsNumber(absl::string_view text);

// Fails if `host` is neither an address nor a name in ASCII. The library
// refuses such a name wherever it looks one up by itself.
absl::Status CheckHost(absl::string_view host);

// Reads a port as a number, 0 to 65535.
absl::StatusOr<int> ParsePort(absl::string_view text);

// Reads a port as a number, or as the name of a service for the type of
// `options`.
absl::StatusOr<int> FindPort(absl::string_view text, const Options& options);

// Returns a host in the form that the library takes: "::1" for "[::1]", and any
// other host as it is.
absl::string_view WithoutBrackets(absl::string_view host);

// Reads the address of this side: what HostPort::Parse reads, or ":80" for a
// port on every address.
absl::StatusOr<HostPort> ParseSource(absl::string_view text);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_OPTIONS_H_
