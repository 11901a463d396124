// Checks the name of the host that a TLS client talks to.

#ifndef MORTISE_CORE_TLS_INTERNAL_SERVER_NAME_H_
#define MORTISE_CORE_TLS_INTERNAL_SERVER_NAME_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/tls/tls_context.h"

namespace mortise {
namespace internal {

// Returns OK if `context`, which must not be empty, can make a session with
// `server_name`. Returns kInvalidArgument in these cases:
//   - The name is missing, and the context needs one.
//   - The name is given, and the context is a server's.
//   - The name is neither a DNS name in ASCII nor an IP address.
// A name that is meant as an address but is not one is refused too, because
// otherwise it would be sent and verified as a DNS name.
absl::Status CheckServerName(const TlsContext& context,
                             absl::string_view server_name);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_SERVER_NAME_H_
