// Looks up the addresses of host and service names.
//
//   mortise::GetAddrInfoOptions options;
//   options.type = mortise::kSockStream;
//   absl::StatusOr<std::vector<mortise::AddrInfo>> found =
//       mortise::GetAddrInfo("example.org", "http", options);

#ifndef MORTISE_CORE_GETADDRINFO_H_
#define MORTISE_CORE_GETADDRINFO_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/addr_info.h"  // IWYU pragma: export

namespace mortise {

// <ws2tcpip.h> defines `GetAddrInfo` as a macro for GetAddrInfoA or
// GetAddrInfoW. In this header it is a name, whatever was included before.
#pragma push_macro("GetAddrInfo")
#undef GetAddrInfo

// Python: socket.getaddrinfo. Returns the addresses of `host` for `service`, in
// the order in which to try them (RFC 6724). There is at least one.
//
// `host` is a name or a numeric address. If it is nullopt or "", the result is
// the loopback address, or the wildcard address with AI_PASSIVE. `service` is a
// name ("http") or a decimal port; nullopt or "" means port 0. At least one of
// the two must be given.
//
// A name is passed to the system unchanged. A name that is not ASCII is best
// written as the DNS has it ("xn--..."). Windows accepts such a name in UTF-8.
// glibc accepts it only with kAiIdn, only in the encoding of the locale, which
// a program chooses with setlocale(3), and only where libidn2 is installed. A
// port that is not only digits, or is beyond 65535, means what the system makes
// of it: glibc takes " 80" and "65616" for 80.
//
// Errors of the resolver carry the domain kGetAddrInfo and an EAI_* code. For
// kEaiSystem, they carry the OS's own error instead. Returns:
//   kNotFound          there is no such name or service (IsNameNotFound)
//   kUnavailable       the resolver asks to try again
//   kDeadlineExceeded  the timeout ran out (IsTimeout)
//   kOutOfRange        the timeout is negative
//   kInvalidArgument   a name holds a NUL, or the arguments do not fit each
//                      other
//
// Thread-safe. Blocks until the system answers or the timeout runs out. Source:
// getaddrinfo(3), RFC 3493 section 6.1.
absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host,
    std::optional<absl::string_view> service,
    const GetAddrInfoOptions& options = {});

// The same with the port as a number, 0 to 65535. Another number fails with
// kOutOfRange.
absl::StatusOr<std::vector<AddrInfo>> GetAddrInfo(
    std::optional<absl::string_view> host, int port,
    const GetAddrInfoOptions& options = {});

// The names that the macro of <ws2tcpip.h> turns a call of GetAddrInfo into.
// They do the same; do not write them yourself.
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
