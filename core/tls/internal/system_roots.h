// The operating system's trusted certificates, read once per process.

#ifndef MORTISE_CORE_TLS_INTERNAL_SYSTEM_ROOTS_H_
#define MORTISE_CORE_TLS_INTERNAL_SYSTEM_ROOTS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "mortise/core/tls/internal/trust_anchors.h"

namespace mortise {
namespace internal {

// Those that vouch for servers. Every call returns the same object until what
// the system or the environment says changes: other files or folders, or files
// of another size, time or inode. Files that have just been written are read
// again until their times tell one writing from the next.
//
// What cannot be read is passed over, because a program cannot repair it. Fails
// with kNotFound if nothing is left.
//
// Safe to call from any thread, and in a child that was forked while another
// thread was in here.
absl::StatusOr<std::shared_ptr<const TrustAnchors>> SystemRoots();

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_SYSTEM_ROOTS_H_
