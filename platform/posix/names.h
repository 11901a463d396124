// Name look-ups: getaddrinfo(3).

#ifndef MORTISE_PLATFORM_POSIX_NAMES_H_
#define MORTISE_PLATFORM_POSIX_NAMES_H_

#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace posix {

class Names final : public NameCalls {
 public:
  LookupResult<std::vector<AddrInfoEntry>> FindAddresses(
      const AddrInfoQuery& query, absl::Duration timeout) override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_NAMES_H_
