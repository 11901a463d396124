// Name look-ups: GetAddrInfoW.

#ifndef MORTISE_PLATFORM_WINSOCK_NAMES_H_
#define MORTISE_PLATFORM_WINSOCK_NAMES_H_

#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/backend.h"

namespace mortise {
namespace winsock {

class Names final : public NameCalls {
 public:
  LookupResult<std::vector<AddrInfoEntry>> FindAddresses(
      const AddrInfoQuery& query, absl::Duration timeout) override;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_NAMES_H_
