// The ranges of the numbers in an IP address, and the error for a number that
// is beyond its range.

#ifndef MORTISE_CORE_INTERNAL_IP_RANGES_H_
#define MORTISE_CORE_INTERNAL_IP_RANGES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/internal/operation.h"

namespace mortise {
namespace internal {

inline constexpr std::uint16_t kMaxPort = 0xffff;
// The flow label has 20 bits (RFC 8200, section 3).
inline constexpr std::uint32_t kMaxFlowinfo = 0xfffff;

// Returns kOutOfRange: "ARGUMENT: VALUE is not in 0 to MOST".
absl::Status NotInRange(Operation operation, absl::string_view argument,
                        absl::string_view value, std::uint32_t most);

// Returns kOutOfRange if `port` is not in 0 to 65535.
absl::Status CheckPort(Operation operation, int port);

// Returns kOutOfRange if `flowinfo` is not in 0 to 0xfffff.
absl::Status CheckFlowinfo(Operation operation, std::uint32_t flowinfo);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_IP_RANGES_H_
