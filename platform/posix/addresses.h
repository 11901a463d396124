// Addresses of the families beyond IP and AF_UNIX, which are Linux's or
// macOS's own: linux/ and darwin/ implement this.

#ifndef MORTISE_PLATFORM_POSIX_ADDRESSES_H_
#define MORTISE_PLATFORM_POSIX_ADDRESSES_H_

#include <optional>

#include "mortise/platform/backend.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {

class Addresses final : public AddressCalls {
 public:
  SysResult<SockAddr> Encode(const FamilyAddress& address) override;
  std::optional<FamilyAddress> Kind(const SockAddr& address,
                                    int protocol) const override;
  SysResult<void> Decode(const SockAddr& address,
                         FamilyAddress* result) const override;
};

}  // namespace posix
}  // namespace mortise

#endif  // MORTISE_PLATFORM_POSIX_ADDRESSES_H_
