// The names of services and protocols: "http" is port 80, "tcp" is 6.
//
//   absl::StatusOr<int> port = mortise::GetServByName("http", "tcp");
//   absl::StatusOr<std::string> name = mortise::GetServByPort(80, "tcp");
//   absl::StatusOr<mortise::Protocol> icmp = mortise::GetProtoByName("icmp");
//
// They are read from the machine's own tables (/etc/services and
// /etc/protocols, or what is configured in their place). What is not there is
// kNotFound (IsNameNotFound): an error of the domain kOs, as Python raises
// OSError, with the code ErrorCode::kNameNotFound and no native number, because
// no system has one for it.
//
// All of it is thread-safe. Source: getservbyname(3), getservbyport(3),
// getprotobyname(3). `platform` is where to look, nullptr the operating system.

#ifndef MORTISE_CORE_SERVICES_H_
#define MORTISE_CORE_SERVICES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/socket_types.h"

namespace mortise {

class Platform;

// Python: socket.getservbyname. The port of `service`, 0 to 65535. `protocol`
// is "tcp", "udp" or another that the tables have; empty is any of them.
//
// kNotFound iff there is no such service with that protocol; kInvalidArgument
// iff a name holds a NUL; else as the system fails to read its tables.
absl::StatusOr<int> GetServByName(absl::string_view service,
                                  absl::string_view protocol = "",
                                  Platform* platform = nullptr);

// Python: socket.getservbyport. The service of `port`, with `protocol` as
// above.
//
// kNotFound iff the port has no name there; kOutOfRange iff `port` is not in 0
// to 65535; else as GetServByName.
absl::StatusOr<std::string> GetServByPort(int port,
                                          absl::string_view protocol = "",
                                          Platform* platform = nullptr);

// Python: socket.getprotobyname. The number of an Internet protocol, for
// Socket::Create; needed for kSockRaw alone.
//
// kNotFound iff there is no such protocol; else as GetServByName.
absl::StatusOr<Protocol> GetProtoByName(absl::string_view protocol,
                                        Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_SERVICES_H_
