// One digest of many values.

#ifndef MORTISE_CORE_TLS_INTERNAL_SET_DIGEST_H_
#define MORTISE_CORE_TLS_INTERNAL_SET_DIGEST_H_

#include <string>
#include <vector>

namespace mortise {
namespace internal {

// Returns 32 bytes (SHA-256) that are the same for the same members in any
// order, and differ for others.
std::string DigestOfSet(std::vector<std::string> members);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_TLS_INTERNAL_SET_DIGEST_H_
