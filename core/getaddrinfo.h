// Host and service names to addresses.
//
//   mortise::GetAddrInfoOptions options;
//   options.type = mortise::kSockStream;
//   absl::StatusOr<std::vector<mortise::AddrInfo>> found =
//       mortise::GetAddrInfo("example.org", "http", options);

#ifndef MORTISE_CORE_GETADDRINFO_H_
#define MORTISE_CORE_GETADDRINFO_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"

namespace mortise {

class Platform;

// One way to reach the host: all that Socket::Create and Connect need.
struct AddrInfo {
  AddressFamily family;
  SocketType type;
  Protocol protocol;
  // Empty unless AI_CANONNAME was asked for, and then in the first one alone.
  std::string canonical_name;
  SocketAddress address;
};

// What to look for. The defaults are any kind, no flags, no limit of time.
struct GetAddrInfoOptions {
  AddressFamily family;
  SocketType type;
  Protocol protocol;
  // AI_* flags, such as kAiPassive | kAiCanonname.
  int flags = 0;
  // How long the look-up may take; as LookupOptions::timeout.
  absl::Duration timeout = absl::InfiniteDuration();
  // Where to look: nullptr is the operating system.
  Platform* platform = nullptr;
};

// <ws2tcpip.h> makes `GetAddrInfo` a macro for GetAddrInfoA or GetAddrInfoW.
// Here it is a name, whatever was included before.
#pragma push_macro("GetAddrInfo")
#undef GetAddrInfo

// Python: socket.getaddrinfo. The addresses of `host` for `service`, in the
// order in which to try them (RFC 6724), never none.
//
// `host` is a name or a numeric address; nullopt or "" is this machine: the
// loopback address, or the wildcard address with AI_PASSIVE. `service` is a
// name ("http") or a decimal port, nullopt or "" for port 0. Both must not be
// absent. A name goes to the system as it is. One that is not ASCII is best
// written as the DNS has it ("xn--..."): Windows takes it in UTF-8; glibc takes
// it with kAiIdn only, in the encoding of the locale, which a program chooses
// with setlocale(3), and only where libidn2 is installed. A port that is not
// only digits, or is beyond 65535, is what the system makes of it: glibc takes
// " 80" and "65616" for 80.
//
// Errors carry the domain kGetAddrInfo and an EAI_* code; kEaiSystem gives way
// to the OS's own error. kNotFound (IsNameNotFound) iff there is no such name
// or service, kUnavailable iff the resolver asks to try again,
// kDeadlineExceeded iff the timeout ran out, kOutOfRange iff it is negative,
// kInvalidArgument iff a name holds a NUL, or the arguments do not fit one
// another.
//
// Thread-safe. Source: getaddrinfo(3), RFC 3493 section 6.1.
absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options = {});

// The same with the port as a number, 0 to 65535, else kOutOfRange.
absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host, int port,
    const GetAddrInfoOptions& options = {});

// What a call of GetAddrInfo says under that macro: the same. Nobody is to
// write these names.
inline absl::StatusOr<std::vector<AddrInfo>> GetAddrInfoA(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options = {}) {
  return GetAddrInfo(host, service, options);
}
inline absl::StatusOr<std::vector<AddrInfo>> GetAddrInfoA(
    std::optional<absl::string_view> host, int port,
    const GetAddrInfoOptions& options = {}) {
  return GetAddrInfo(host, port, options);
}
inline absl::StatusOr<std::vector<AddrInfo>> GetAddrInfoW(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options = {}) {
  return GetAddrInfo(host, service, options);
}
inline absl::StatusOr<std::vector<AddrInfo>> GetAddrInfoW(
    std::optional<absl::string_view> host, int port,
    const GetAddrInfoOptions& options = {}) {
  return GetAddrInfo(host, port, options);
}

#pragma pop_macro("GetAddrInfo")

}  // namespace mortise

#endif  // MORTISE_CORE_GETADDRINFO_H_
