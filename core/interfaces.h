// The network interfaces of this machine: their names ("eth0") and indices.
//
//   absl::StatusOr<std::vector<mortise::InterfaceEntry>> all =
//       mortise::IfNameIndex();
//   absl::StatusOr<std::uint32_t> index = mortise::IfNameToIndex("eth0");
//
// An index is what HostPort takes for an IPv6 scope, and multicast options for
// an interface. Windows has names of this kind too ("ethernet_32769"); what it
// shows to people are others.
//
// All of it is thread-safe. Source: if_nametoindex(3), RFC 3493 section 4, for
// Windows GetIfTable2Ex. `platform` is whose interfaces, nullptr the operating
// system's.

#ifndef MORTISE_CORE_INTERFACES_H_
#define MORTISE_CORE_INTERFACES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/interface_calls.h"

namespace mortise {

class Platform;

// Python: socket.if_nameindex. All interfaces, in the system's order; those
// that are down too.
//
// Fails iff the system does, with its error.
absl::StatusOr<std::vector<InterfaceEntry>> IfNameIndex(
    Platform* platform = nullptr);

// Python: socket.if_nametoindex. Never 0.
//
// kNotFound iff no interface has that name, of whatever length;
// kInvalidArgument iff it holds a NUL.
absl::StatusOr<std::uint32_t> IfNameToIndex(absl::string_view name,
                                            Platform* platform = nullptr);

// Python: socket.if_indextoname.
//
// kNotFound iff no interface has that index; 0 is none. kOutOfRange iff it is
// not in 0 to 4294967295.
absl::StatusOr<std::string> IfIndexToName(std::int64_t index,
                                          Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_INTERFACES_H_
