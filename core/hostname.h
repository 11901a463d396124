// What this machine is called.
//
//   absl::StatusOr<std::string> name = mortise::GetHostName();
//   absl::StatusOr<std::string> full = mortise::GetFqdn();

#ifndef MORTISE_CORE_HOSTNAME_H_
#define MORTISE_CORE_HOSTNAME_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mortise/core/lookup_options.h"

namespace mortise {

// Python: socket.gethostname. The machine's own name, often without a domain.
// On Windows its DNS name, in UTF-8.
//
// Fails iff the system does, with its error. Thread-safe. Source:
// gethostname(2), GetComputerNameExW(ComputerNamePhysicalDnsHostname).
absl::StatusOr<std::string> GetHostName(Platform* platform = nullptr);

// Python: socket.sethostname. Gives the machine another name; on Windows, where
// Python has no such function, from its next start on.
//
// kPermissionDenied (IsAccessDenied) iff the process may not;
// kInvalidArgument iff `name` holds a NUL, or is none that the system takes.
// Thread-safe. Source: sethostname(2), SetComputerNameExW.
absl::Status SetHostName(absl::string_view name, Platform* platform = nullptr);

// Python: socket.getfqdn. The first name with a period that GetHostByAddr
// knows of `name`, its own name before its aliases; its own name if none has
// one; `name` itself, without white space around it, if nothing is known or
// the look-up fails in any other way, a timeout among them. "", "0.0.0.0" and
// "::" are this machine: GetHostName.
//
// kInvalidArgument iff `name` holds a NUL or is longer than 1024 bytes;
// kOutOfRange iff the timeout is negative; and as GetHostName fails. A timeout
// is for the whole of it. Thread-safe.
absl::StatusOr<std::string> GetFqdn(absl::string_view name = "",
                                    const LookupOptions& options = {});

}  // namespace mortise

#endif  // MORTISE_CORE_HOSTNAME_H_
