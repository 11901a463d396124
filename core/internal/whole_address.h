// Checks IP addresses that were not made by this library.

#ifndef MORTISE_CORE_INTERNAL_WHOLE_ADDRESS_H_
#define MORTISE_CORE_INTERNAL_WHOLE_ADDRESS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "mortise/core/internal/make_error.h"
#include "mortise/core/internal/operation.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/constants/native.h"

namespace mortise {
namespace internal {

// Returns kInvalidArgument if `address` is of AF_INET or AF_INET6 and does not
// have as many bytes as such an address has. A caller can fill in a SockAddr
// that way, and the missing bytes would be whatever was in the memory before.
inline absl::Status CheckWhole(Operation operation,
                               const SocketAddress& address) {
  const AddressFamily family = address.family();
  if (family != kAfInet && family != kAfInet6) return absl::OkStatus();
  const std::size_t whole = family == kAfInet6 ? 16 : 4;
  if (address.bytes().size() == whole) return absl::OkStatus();
  return ArgumentError(absl::StatusCode::kInvalidArgument, operation, "address",
                       absl::StrCat("has ", address.bytes().size(), " bytes, ",
                                    family.ToString(), " has ", whole));
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_WHOLE_ADDRESS_H_
