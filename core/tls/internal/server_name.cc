#include "mortise/core/tls/internal/server_name.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/internal/quote.h"
#include "mortise/core/tls/internal/peer_check.h"
#include "mortise/core/tls/internal/tls_context_rep.h"
#include "mortise/core/tls/tls_context.h"

namespace mortise {
namespace internal {

absl::Status CheckServerName(const TlsContext& context,
                             absl::string_view server_name) {
  const auto wrong = [](absl::string_view complaint) {
    return ArgumentError(absl::StatusCode::kInvalidArgument, Operation::kSsl,
                         "server_name", complaint);
  };
  if (context.is_server()) {
    return server_name.empty() ? absl::OkStatus() : wrong("is for clients");
  }
  if (server_name.empty()) {
    return context.rep()->verify == TlsVerify::kFull
               ? wrong("is missing: the certificate has to be for a host")
               : absl::OkStatus();
  }
  absl::Status ascii = CheckAscii(Operation::kSsl, "server_name", server_name);
  if (!ascii.ok()) return ascii;
  if (IsDnsName(server_name) || !IpAddressBytes(server_name).empty()) {
    return absl::OkStatus();
  }
  return wrong(absl::StrCat(
      Quote(server_name),
      IsMeantAsAddress(server_name)
          ? " is not an IP address; write \"192.0.2.1\" or \"2001:db8::1\", "
            "without brackets and port"
          : " is neither a DNS name nor an IP address"));
}

}  // namespace internal
}  // namespace mortise
