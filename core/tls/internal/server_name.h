// The host that a TLS client says it talks to.

#ifndef MORTISE_CORE_TLS_INTERNAL_SERVER_NAME_H_
#define MORTISE_CORE_TLS_INTERNAL_SERVER_NAME_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/tls/tls_context.h"

namespace mortise {
namespace internal {

// OK if a session of `context`, which is not empty, can be one with
// `server_name`. Otherwise kInvalidArgument: the name is missing, is not for
// this side, or is neither a DNS name in ASCII nor an IP address. Every
// spelling that is meant as an address and is none is refused as such, because
// otherwise it would be sent and verified as a name.
absl::Status CheckServerName(const TlsContext& context,
                             absl::string_view server_name);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_SERVER_NAME_H_
