// Converts the structure that a caller wrote to the platform's address.

#ifndef MORTISE_CORE_INTERNAL_ENCODE_FAMILY_H_
#define MORTISE_CORE_INTERNAL_ENCODE_FAMILY_H_

#include "absl/status/statusor.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace internal {

// The same as MakeAddress of mortise/core/family_address.h, with errors that
// name `operation`.
absl::StatusOr<SockAddr> EncodeFamily(const FamilyAddress& address,
                                      Operation operation, Platform& platform);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_ENCODE_FAMILY_H_
