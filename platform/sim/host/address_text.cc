#include "mortise/platform/sim/host/address_text.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

std::string AddressText(const SockAddr& address) {
  if (address.family == kAfInet) {
    return absl::StrCat(IpAddress::V4(address.bytes).ToString(), ":",
                        address.port);
  }
  if (address.family == kAfInet6) {
    const std::string scope =
        address.scope_id == 0 ? "" : absl::StrCat("%", address.scope_id);
    const IpAddress ip = IpAddress::V6(address.bytes);
    return absl::StrCat("[", ip.is_v4() ? "::ffff:" : "", ip.ToString(), scope,
                        "]:", address.port);
  }
  if (address.family != kAfUnix) {
    return absl::StrCat("an address of family ", address.family);
  }
  absl::string_view path(reinterpret_cast<const char*>(address.bytes),
                         address.size);
  const bool is_abstract = !path.empty() && path[0] == '\0';
  if (is_abstract) path.remove_prefix(1);
  return absl::StrCat("unix:", is_abstract ? "@" : "", absl::CEscape(path));
}

}  // namespace sim
}  // namespace mortise
