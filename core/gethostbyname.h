// The look-ups that are older than GetAddrInfo: a host's IPv4 addresses by its
// name, and its names by its address. New programs should use GetAddrInfo and
// GetNameInfo.
//
//   absl::StatusOr<std::string> address = mortise::GetHostByName("localhost");
//   if (!address.ok()) return address.status();  // else it is "127.0.0.1"
//   absl::StatusOr<mortise::HostInfo> host = mortise::GetHostByAddr(*address);
//   if (host.ok()) std::cout << host->name;  // localhost
//
// A name is passed to the system unchanged. A name that is not ASCII works on
// Windows. On other systems, write it as the DNS has it ("xn--...").
//
// All functions here are thread-safe, unlike the C functions of the same names.
// They block until the system answers or the timeout runs out.

#ifndef MORTISE_CORE_GETHOSTBYNAME_H_
#define MORTISE_CORE_GETHOSTBYNAME_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/lookup_options.h"

namespace mortise {

// A value type: copies share nothing.
struct HostInfo {
  // The host's own name.
  std::string name;
  // Its other names; often none.
  std::vector<std::string> aliases;
  // Numeric: "192.0.2.1" or "2001:db8::1". There is at least one.
  std::vector<std::string> addresses;
};

// Python: socket.gethostbyname. Returns the first IPv4 address of `hostname`,
// such as "192.0.2.1". If `hostname` is an address in a form of InetAton, or
// has the form "::ffff:192.0.2.1", the result is that address. "" is "0.0.0.0"
// and "<broadcast>" is "255.255.255.255". None of these is looked up.
//
// Errors of the resolver carry the domain kGetAddrInfo and an EAI_* code.
// Returns:
//   kNotFound          there is no such name, or it has no IPv4 address
//                      (IsNameNotFound)
//   kUnavailable       the resolver asks to try again
//   kDeadlineExceeded  the timeout ran out (IsTimeout)
//   kInvalidArgument   `hostname` holds a NUL or is longer than 1024 bytes
//   kOutOfRange        the timeout is negative
// Source: getaddrinfo(3), which this function calls, as Python does.
absl::StatusOr<std::string> GetHostByName(absl::string_view hostname,
                                          const LookupOptions& options = {});

// Python: socket.gethostbyname_ex. Returns all that is known of `hostname`: its
// own name, its aliases and its IPv4 addresses. A name that is an address is
// its own result.
//
// Errors of the resolver carry the domain kHostLookup and an h_errno. Python
// asks getaddrinfo first and so raises gaierror for most of them. The status is
// as for GetHostByName. "" and "<broadcast>" have no special meaning here; ""
// fails with kNotFound. Source: gethostbyname(3).
absl::StatusOr<HostInfo> GetHostByNameEx(absl::string_view hostname,
                                         const LookupOptions& options = {});

// Python: socket.gethostbyaddr. Returns all that is known of the host that has
// the address `ip_address`, IPv4 or IPv6. If `ip_address` is a name, it is
// looked up first, as GetAddrInfo does, and its first address is used. The
// timeout covers both look-ups.
//
// Errors carry the domain kHostLookup and an h_errno. If a name could not be
// looked up, they are the errors of GetAddrInfo. The status is as for
// GetHostByName, and also:
//   kInvalidArgument  `ip_address` is empty, which is not a single address
//   kNotFound         nothing is known of the address, or its scope names no
//                     interface
// Source: gethostbyaddr(3).
absl::StatusOr<HostInfo> GetHostByAddr(absl::string_view ip_address,
                                       const LookupOptions& options = {});

}  // namespace mortise

#endif  // MORTISE_CORE_GETHOSTBYNAME_H_
