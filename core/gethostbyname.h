// The look-ups from before GetAddrInfo: a host's IPv4 addresses by its name,
// its names by its address. New programs want GetAddrInfo and GetNameInfo.
//
//   absl::StatusOr<std::string> address = mortise::GetHostByName("localhost");
//   if (!address.ok()) return address.status();  // else it is "127.0.0.1"
//   absl::StatusOr<mortise::HostInfo> host = mortise::GetHostByAddr(*address);
//   if (host.ok()) std::cout << host->name;  // localhost
//
// A name goes to the system as it is. One that is not ASCII works on Windows;
// elsewhere write it as the DNS has it ("xn--...").
//
// All of it is thread-safe, where the C functions of these names are not.

#ifndef MORTISE_CORE_GETHOSTBYNAME_H_
#define MORTISE_CORE_GETHOSTBYNAME_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/lookup_options.h"

namespace mortise {

struct HostInfo {
  // What the host calls itself.
  std::string name;
  // Other names of it; often none.
  std::vector<std::string> aliases;
  // Numeric, "192.0.2.1" or "2001:db8::1"; at least one.
  std::vector<std::string> addresses;
};

// Python: socket.gethostbyname. The first IPv4 address of `hostname`, such as
// "192.0.2.1". A name that is an address, in a form of InetAton, is that
// address, and so is "::ffff:192.0.2.1"; "" is "0.0.0.0" and "<broadcast>" is
// "255.255.255.255". Nobody is asked for those.
//
// Errors of the resolver carry the domain kGetAddrInfo and an EAI_* code:
// kNotFound (IsNameNotFound) iff there is no such name, or it has no IPv4
// address; kUnavailable iff the resolver asks to try again. kDeadlineExceeded
// iff the timeout ran out; kInvalidArgument iff `hostname` holds a NUL or is
// longer than 1024 bytes; kOutOfRange iff the timeout is negative.
// Source: getaddrinfo(3), which it asks as Python does.
absl::StatusOr<std::string> GetHostByName(absl::string_view hostname,
                                          const LookupOptions& options = {});

// Python: socket.gethostbyname_ex. All that is known of `hostname`: its own
// name, its aliases, its IPv4 addresses. A name that is an address is itself.
//
// Errors of the resolver carry the domain kHostLookup and an h_errno, where
// Python, which asks getaddrinfo first, has a gaierror for most. The status is
// as for GetHostByName. "" and "<broadcast>" have no meaning here.
// Source: gethostbyname(3).
absl::StatusOr<HostInfo> GetHostByNameEx(absl::string_view hostname,
                                         const LookupOptions& options = {});

// Python: socket.gethostbyaddr. All that is known of the host that has
// `ip_address`, IPv4 or IPv6. A name is looked up first, as GetAddrInfo does,
// and its first address taken; the timeout is for both.
//
// Errors carry the domain kHostLookup and an h_errno, or those of GetAddrInfo
// for a name. The status is as for GetHostByName; kInvalidArgument also iff
// `ip_address` is empty, which is no single address. kNotFound iff nothing is
// known, or a scope names no interface.
// Source: gethostbyaddr(3).
absl::StatusOr<HostInfo> GetHostByAddr(absl::string_view ip_address,
                                       const LookupOptions& options = {});

}  // namespace mortise

#endif  // MORTISE_CORE_GETHOSTBYNAME_H_
