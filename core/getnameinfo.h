// Looks up the names of an address's host and service.
//
//   absl::StatusOr<mortise::NameInfo> found =
//       mortise::GetNameInfo({"127.0.0.1", 80});
//   if (!found.ok()) return found.status();
//   std::cout << found->host << " " << found->service;  // localhost http

#ifndef MORTISE_CORE_GETNAMEINFO_H_
#define MORTISE_CORE_GETNAMEINFO_H_

#include "absl/status/statusor.h"
#include "mortise/core/address.h"
#include "mortise/core/lookup_options.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/name_calls.h"

namespace mortise {

// <ws2tcpip.h> defines `GetNameInfo` as a macro for GetNameInfoA or
// GetNameInfoW. In this header it is a name, whatever was included before.
#pragma push_macro("GetNameInfo")
#undef GetNameInfo

// Python: socket.getnameinfo. Returns the names of the host and the service of
// `address`. `address` is a SocketAddress, or a host and port whose host is
// numeric: IPv4 in the forms of InetAton, IPv6 in those of InetPton, with or
// without a scope.
//
// `flags` are NI_*:
//   kNiNumerichost  return the host as a number, without a look-up
//   kNiNumericserv  return the port as a number, without a look-up
//   kNiNamereqd     fail if the host has no name, instead of returning a number
//   kNiNofqdn       return a local host's name without its domain
//   kNiDgram        look the port up among the services of UDP
// An IPv6 host that is returned as a number has its scope behind it:
// "fe80::1%eth0".
//
// Errors of the resolver carry the domain kGetAddrInfo and an EAI_* code. In
// place of kEaiSystem they carry the OS's own error, with its status. Returns:
//   kNotFound          the host is not numeric, or it has no name and
//                      kNiNamereqd is set (IsNameNotFound)
//   kUnavailable       the resolver asks to try again
//   kDeadlineExceeded  the timeout ran out (IsTimeout)
//   kCancelled         the cancellation of `options` ended it (IsCancelled)
//   kResourceExhausted  there is no memory, or no thread for a look-up with a
//                      timeout or a cancellation
//   kOutOfRange        a port is not in 0 to 65535, a flowinfo is not in 0 to
//                      0xfffff, or the timeout is negative
//   kInvalidArgument   `flags` are not valid flags, the parts of the address do
//                      not fit each other, or the family is neither AF_INET
//                      nor AF_INET6 and the system has no names for it
//   kUnimplemented     Windows may return it for another family
//                      (IsUnsupported)
//
// Thread-safe. Blocks until the system answers, the timeout runs out or the
// cancellation is cancelled. The arguments are copied for a look-up that goes
// on after that. Source: getnameinfo(3), RFC 3493 section 6.2.
absl::StatusOr<NameInfo> GetNameInfo(const Address& address, int flags = 0,
                                     const LookupOptions& options = {});

// The names that the macro of <ws2tcpip.h> turns a call of GetNameInfo into.
// They do the same; do not write them yourself.
inline absl::StatusOr<NameInfo> GetNameInfoA(
    const Address& address, int flags = 0, const LookupOptions& options = {}) {
  return GetNameInfo(address, flags, options);
}
inline absl::StatusOr<NameInfo> GetNameInfoW(
    const Address& address, int flags = 0, const LookupOptions& options = {}) {
  return GetNameInfo(address, flags, options);
}

#pragma pop_macro("GetNameInfo")

}  // namespace mortise

#endif  // MORTISE_CORE_GETNAMEINFO_H_
