// An address to the names of its host and its service.
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

// <ws2tcpip.h> makes `GetNameInfo` a macro for GetNameInfoA or GetNameInfoW.
// Here it is a name, whatever was included before.
#pragma push_macro("GetNameInfo")
#undef GetNameInfo

// Python: socket.getnameinfo. Who has `address`, which is a SocketAddress, or a
// host and port whose host is numeric: IPv4 in the forms of InetAton, IPv6 in
// those of InetPton, with a scope or without.
//
// `flags` are NI_*: kNiNumerichost and kNiNumericserv ask for numbers, and
// nobody is asked then; kNiNamereqd wants no number in place of a name that
// does not exist; kNiNofqdn wants a local host's name without its domain;
// kNiDgram says that the service is UDP's. An IPv6 host that is a number has
// its scope behind it: "fe80::1%eth0".
//
// Errors of the resolver carry the domain kGetAddrInfo and an EAI_* code;
// kEaiSystem gives way to the OS's own error. kNotFound (IsNameNotFound) iff
// the host is not numeric, or has no name and kNiNamereqd is set; kUnavailable
// iff the resolver asks to try again; kDeadlineExceeded iff the timeout ran
// out; kOutOfRange iff a port is not in 0 to 65535, a flowinfo not in 0 to
// 0xfffff, or the timeout negative; kInvalidArgument iff the flags are none, or
// the family is neither AF_INET nor AF_INET6 and the system does not know what
// to say of it, or the parts of the address do not go together. On Windows such
// a family may be kUnimplemented (IsUnsupported).
//
// Thread-safe. Source: getnameinfo(3), RFC 3493 section 6.2.
absl::StatusOr<NameInfo> GetNameInfo(const Address& address, int flags = 0,
                                     const LookupOptions& options = {});

// What a call of GetNameInfo says under that macro: the same. Nobody is to
// write these names.
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
