#include "mortise/core/internal/ip_ranges.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"

namespace mortise {
namespace internal {

absl::Status NotInRange(Operation operation, absl::string_view argument,
                        absl::string_view value, std::uint32_t most) {
  return ArgumentError(absl::StatusCode::kOutOfRange, operation, argument,
                       absl::StrCat(value, " is not in 0 to ", most));
}

absl::Status CheckPort(Operation operation, int port) {
  if (port >= 0 && port <= kMaxPort) return absl::OkStatus();
  return NotInRange(operation, "port", absl::StrCat(port), kMaxPort);
}

absl::Status CheckFlowinfo(Operation operation, std::uint32_t flowinfo) {
  if (flowinfo <= kMaxFlowinfo) return absl::OkStatus();
  return NotInRange(operation, "flowinfo", absl::StrCat(flowinfo),
                    kMaxFlowinfo);
}

}  // namespace internal
}  // namespace mortise
