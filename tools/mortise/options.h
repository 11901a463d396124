// What connect, listen and echo can be told alike: which sockets to use.

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
  // Nothing said: the command knows what suits it.
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

// Fails iff two of the flags contradict one another, or --source the port on
// which to listen.
absl::Status CheckOptions(const Options& options,
                          std::optional<int> port = std::nullopt);

// True iff `text` is to be read as a port, not as the name of a service.
bool IsNumber(absl::string_view text);

// Fails if `host` is neither an address nor a name in ASCII. The library
// refuses such a name wherever it looks one up by itself.
absl::Status CheckHost(absl::string_view host);

// A port as a number, 0 to 65535.
absl::StatusOr<int> ParsePort(absl::string_view text);

// The same, or the name of a service for the type of `options`.
absl::StatusOr<int> FindPort(absl::string_view text, const Options& options);

// A host as the library takes it: "::1" for "[::1]", others as they are.
absl::string_view WithoutBrackets(absl::string_view host);

// The address of this side: what HostPort::Parse reads, or ":80" for a port on
// every address.
absl::StatusOr<HostPort> ParseSource(absl::string_view text);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_OPTIONS_H_
