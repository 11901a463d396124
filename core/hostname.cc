#include "mortise/core/hostname.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "mortise/core/gethostbyname.h"
#include "mortise/core/internal/check_duration.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/lookup_options.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::Operation;
using internal::OrDefault;

absl::StatusOr<std::string> OwnName(Platform& platform, Operation operation) {
  SysResult<std::string> name = platform.names().GetHostName();
  if (!name.ok()) {
    return internal::PlatformError(platform, operation, ErrorDomain::kOs,
                                   name.error);
  }
  return name.value;
}

}  // namespace

absl::StatusOr<std::string> GetHostName(Platform* platform) {
  return OwnName(OrDefault(platform), Operation::kGetHostName);
}

absl::Status SetHostName(absl::string_view name, Platform* platform) {
  absl::Status valid =
      internal::CheckNoNul(Operation::kSetHostName, "name", name);
  if (!valid.ok()) return valid;
  Platform& os = OrDefault(platform);
  const SysResult<void> set = os.names().SetHostName(name);
  if (set.ok()) return absl::OkStatus();
  return internal::PlatformError(os, Operation::kSetHostName, ErrorDomain::kOs,
                                 set.error, name);
}

absl::StatusOr<std::string> GetFqdn(absl::string_view name,
                                    const LookupOptions& options) {
  constexpr Operation kOperation = Operation::kGetFqdn;
  absl::Status valid = internal::CheckHost(kOperation, "name", name);
  if (valid.ok())
    valid = internal::CheckNotNegative(kOperation, "timeout", options.timeout);
  if (!valid.ok()) return valid;

  std::string asked(absl::StripAsciiWhitespace(name));
  if (asked.empty() || asked == "0.0.0.0" || asked == "::") {
    absl::StatusOr<std::string> own =
        OwnName(OrDefault(options.platform), kOperation);
    if (!own.ok()) return own;
    asked = *own;
  }
  const absl::StatusOr<HostInfo> host = GetHostByAddr(asked, options);
  if (!host.ok()) return asked;
  if (absl::StrContains(host->name, '.')) return host->name;
  for (const std::string& alias : host->aliases) {
    if (absl::StrContains(alias, '.')) return alias;
  }
  return host->name;
}

}  // namespace mortise
