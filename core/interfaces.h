// The network interfaces of this machine: their names ("eth0") and indices.
//
//   absl::StatusOr<std::vector<mortise::InterfaceEntry>> all =
//       mortise::IfNameIndex();
//   absl::StatusOr<std::uint32_t> index = mortise::IfNameToIndex("eth0");
//
// HostPort takes an index as an IPv6 scope, and multicast options take one as
// an interface. On Windows these names ("ethernet_32769") are not the ones that
// Windows shows to people.
//
// All functions here are thread-safe and do not wait for the network.
// `platform` is the platform whose interfaces are meant; nullptr is the
// operating system. Source: if_nametoindex(3), RFC 3493 section 4; on Windows
// GetIfTable2Ex.

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

// Python: socket.if_nameindex. Returns all interfaces in the system's order,
// including those that are down.
//
// Fails only if the system fails, with its error.
absl::StatusOr<std::vector<InterfaceEntry>> IfNameIndex(
    Platform* platform = nullptr);

// Python: socket.if_nametoindex. The result is never 0.
//
// Fails with kNotFound if no interface has that name, however long the name is,
// and with kInvalidArgument if it holds a NUL.
absl::StatusOr<std::uint32_t> IfNameToIndex(absl::string_view name,
                                            Platform* platform = nullptr);

// Python: socket.if_indextoname.
//
// Fails with kNotFound if no interface has that index, which includes 0, and
// with kOutOfRange if `index` is not in 0 to 4294967295.
absl::StatusOr<std::string> IfIndexToName(std::int64_t index,
                                          Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_INTERFACES_H_
