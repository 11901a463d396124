#include "mortise/platform/sim/kernel/numeric_host.h"

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/result.h"
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

std::optional<IpAddress> ReadNumericIp(absl::string_view text) {
  const std::optional<SockAddr> address = ReadNumericHost(text);
  if (!address.has_value()) return std::nullopt;
  return ReadEndpoint(*address, address->family).value.ip;
}

std::string NumericIp(const IpAddress& ip) {
  return NumericHost(
      WriteEndpoint({ip, 0, 0}, ip.is_v4() ? kAfInet : kAfInet6));
}

}  // namespace sim
}  // namespace mortise
