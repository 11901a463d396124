#include "mortise/core/interfaces.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/lookup.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace {

using internal::Operation;
using internal::OrDefault;

template <typename T>
absl::StatusOr<T> Take(const Platform& platform, Operation operation,
                       SysResult<T> result, absl::string_view asked) {
  if (result.ok()) return result.value;
  return internal::PlatformError(platform, operation, ErrorDomain::kOs,
                                 result.error, asked);
}

}  // namespace

absl::StatusOr<std::vector<InterfaceEntry>> IfNameIndex(Platform* platform) {
  Platform& os = OrDefault(platform);
  return Take(os, Operation::kIfNameIndex, os.interfaces().List(), "");
}

absl::StatusOr<std::uint32_t> IfNameToIndex(absl::string_view name,
                                            Platform* platform) {
  constexpr Operation kOperation = Operation::kIfNameToIndex;
  absl::Status valid = internal::CheckNoNul(kOperation, "name", name);
  if (!valid.ok()) return valid;
  Platform& os = OrDefault(platform);
  return Take(os, kOperation, os.interfaces().NameToIndex(name), name);
}

absl::StatusOr<std::string> IfIndexToName(std::int64_t index,
                                          Platform* platform) {
  constexpr Operation kOperation = Operation::kIfIndexToName;
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (index < 0 || index > kMost) {
    return internal::ArgumentError(
        absl::StatusCode::kOutOfRange, kOperation, "index",
        absl::StrCat(index, " is not in 0 to ", kMost));
  }
  Platform& os = OrDefault(platform);
  return Take(os, kOperation,
              os.interfaces().IndexToName(static_cast<std::uint32_t>(index)),
              absl::StrCat(index));
}

}  // namespace mortise
