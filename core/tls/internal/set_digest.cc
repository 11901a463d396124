#include "mortise/core/tls/internal/set_digest.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "openssl/sha.h"

namespace mortise {
namespace internal {

std::string DigestOfSet(std::vector<std::string> members) {
  std::sort(members.begin(), members.end());
  std::string all;
  // With the sizes, no two lists become the same text.
  for (const std::string& member : members) {
    absl::StrAppend(&all, member.size(), ":", member);
  }
  std::uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const std::uint8_t*>(all.data()), all.size(), digest);
  return std::string(reinterpret_cast<const char*>(digest), sizeof(digest));
}

}  // namespace internal
}  // namespace mortise
