// From the structure that a caller wrote to the platform's address.

#ifndef MORTISE_CORE_INTERNAL_ENCODE_FAMILY_H_
#define MORTISE_CORE_INTERNAL_ENCODE_FAMILY_H_

#include "absl/status/statusor.h"
#include "mortise/core/internal/operation.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace internal {

// As MakeAddress of mortise/core/family_address.h promises it, with errors that
// say what was about to be done.
absl::StatusOr<SockAddr> EncodeFamily(const FamilyAddress& address,
                                      Operation operation, Platform& platform);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_ENCODE_FAMILY_H_
