// The names of this machine.
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

// In this header, `platform` nullptr is the operating system. A platform is
// used only until the function returns.

// Python: socket.gethostname. Returns the machine's own name, often without a
// domain. On Windows it is the DNS name, in UTF-8.
//
// Fails only if the system fails, with its error. Thread-safe. Does not block.
// Source: gethostname(2), GetComputerNameExW(ComputerNamePhysicalDnsHostname).
absl::StatusOr<std::string> GetHostName(Platform* platform = nullptr);

// Python: socket.sethostname. Changes the machine's name. On Windows, where
// Python has no such function, the new name holds from the next start on.
//
// Returns:
//   kPermissionDenied  the process lacks the right (IsAccessDenied)
//   kInvalidArgument   `name` holds a NUL (IsUsageError), or the system refuses
//                      it, as Linux does if it has more than 64 bytes
// Thread-safe. Does not block. Source: sethostname(2), SetComputerNameExW.
absl::Status SetHostName(absl::string_view name, Platform* platform = nullptr);

// Python: socket.getfqdn. Returns the first name with a period that
// GetHostByAddr finds for `name`: first its own name is considered, then its
// aliases. If no name has a period, the result is its own name. If nothing is
// found or the look-up fails for another reason, including a timeout, the
// result is `name` without the white space around it. "", "0.0.0.0" and "::"
// mean this machine: GetHostName.
//
// Returns:
//   kInvalidArgument  `name` holds a NUL or is longer than 1024 bytes
//   kOutOfRange       the timeout is negative
//   any other         the error of GetHostName
// Thread-safe. Blocks until the system answers or the timeout, which covers the
// whole call, runs out.
absl::StatusOr<std::string> GetFqdn(absl::string_view name = "",
                                    const LookupOptions& options = {});

}  // namespace mortise

#endif  // MORTISE_CORE_HOSTNAME_H_
