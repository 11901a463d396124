#include "mortise/platform/sim/host/numeric_host.h"

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

std::optional<SockAddr> ReadNumericHost(absl::string_view text) {
  AddrInfoQuery query;
  query.host = std::string(text);
  query.type = kSockStream;
  query.flags = kAiNumerichost;
  const FoundAddresses found = Platform::Default().names().FindAddresses(
      query, absl::InfiniteDuration());
  if (found.error != 0 || found.value.empty()) return std::nullopt;
  return found.value.front().address;
}

std::string NumericHost(const SockAddr& address) {
  SockAddr without_scope = address;
  without_scope.scope_id = 0;
  const LookupResult<NameInfo> found = Platform::Default().names().FindName(
      without_scope, kNiNumerichost | kNiNumericserv, absl::InfiniteDuration());
  return found.value.host;
}

}  // namespace sim
}  // namespace mortise
