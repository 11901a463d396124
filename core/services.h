// The names of services and protocols: "http" is port 80, "tcp" is 6.
//
//   absl::StatusOr<int> port = mortise::GetServByName("http", "tcp");
//   absl::StatusOr<std::string> name = mortise::GetServByPort(80, "tcp");
//   absl::StatusOr<mortise::Protocol> icmp = mortise::GetProtoByName("icmp");
//
// They are read from the machine's own tables: /etc/services and
// /etc/protocols, or the sources that are configured in their place. A name
// that is not there fails with kNotFound (IsNameNotFound). This error has the
// domain kOs, as Python raises OSError, and the code ErrorCode::kNameNotFound.
// It has no native number, because no system has one for it.
//
// All functions here are thread-safe and block until the system has read its
// tables. `platform` is the platform to ask; nullptr is the operating system.
// Source: getservbyname(3), getservbyport(3), getprotobyname(3).

#ifndef MORTISE_CORE_SERVICES_H_
#define MORTISE_CORE_SERVICES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket_types.h"

namespace mortise {

class Platform;

// Python: socket.getservbyname. Returns the port of `service`, 0 to 65535.
// `protocol` is "tcp", "udp" or another protocol of the tables; empty means any
// protocol.
//
// Returns:
//   kNotFound         there is no such service with that protocol
//   kInvalidArgument  a name holds a NUL
//   any other         the system's error when it reads its tables
absl::StatusOr<int> GetServByName(absl::string_view service,
                                  absl::string_view protocol = "",
                                  Platform* platform = nullptr);

// Python: socket.getservbyport. Returns the service of `port`. `protocol` is as
// above.
//
// Returns:
//   kNotFound    the port has no name with that protocol
//   kOutOfRange  `port` is not in 0 to 65535
//   any other    as GetServByName
absl::StatusOr<std::string> GetServByPort(int port,
                                          absl::string_view protocol = "",
                                          Platform* platform = nullptr);

// Python: socket.getprotobyname. Returns the number of an Internet protocol,
// for Socket::Create. Only kSockRaw needs it.
//
// Fails with kNotFound if there is no such protocol, and otherwise as
// GetServByName does.
absl::StatusOr<Protocol> GetProtoByName(absl::string_view protocol,
                                        Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_SERVICES_H_
