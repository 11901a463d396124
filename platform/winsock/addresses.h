// Addresses of the families beyond IP and AF_UNIX: Bluetooth's RFCOMM, and
// Hyper-V's sockets.

#ifndef MORTISE_PLATFORM_WINSOCK_ADDRESSES_H_
#define MORTISE_PLATFORM_WINSOCK_ADDRESSES_H_

#include <optional>

#include "mortise/platform/backend.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

class Addresses final : public AddressCalls {
 public:
  SysResult<SockAddr> Encode(const FamilyAddress& address) override;
  std::optional<FamilyAddress> Kind(const SockAddr& address,
                                    int protocol) const override;
  SysResult<void> Decode(const SockAddr& address,
                         FamilyAddress* result) const override;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_ADDRESSES_H_
