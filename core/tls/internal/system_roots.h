// The operating system's trusted certificates. They are read once per process,
// and again if they change.

#ifndef MORTISE_CORE_TLS_INTERNAL_SYSTEM_ROOTS_H_
#define MORTISE_CORE_TLS_INTERNAL_SYSTEM_ROOTS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "mortise/core/tls/internal/trust_anchors.h"

namespace mortise {
namespace internal {

// Returns the certificates that vouch for servers. Every call returns the same
// object until the system or the environment names other files or folders, or a
// file has another size, time or inode. Files that have just been written are
// read again until their times distinguish one writing from the next.
//
// Files and certificates that cannot be read are skipped, because a program
// cannot repair them. Returns kNotFound if nothing is left.
//
// Safe to call from any thread, and in a child that was forked while another
// thread was in this function.
absl::StatusOr<std::shared_ptr<const TrustAnchors>> SystemRoots();

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_SYSTEM_ROOTS_H_
