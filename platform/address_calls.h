// The vtable, addresses of the families beyond IP and AF_UNIX.
// mortise/platform/backend.h has its rules.

#ifndef MORTISE_PLATFORM_ADDRESS_CALLS_H_
#define MORTISE_PLATFORM_ADDRESS_CALLS_H_

#include <optional>

#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// Between the structures that programs write and the OS's own. An interface is
// its index here, whatever its name says; what else a caller can get wrong
// (lengths, texts) has been checked.
class AddressCalls {
 public:
  // What `Kind` is told where nobody knows the protocol.
  static constexpr int kUnknownProtocol = -1;

  virtual ~AddressCalls() = default;

  // `kNotSupportedError` iff the OS has no such family.
  virtual SysResult<SockAddr> Encode(const FamilyAddress& address) = 0;

  // What kind of address that is on a socket of that protocol, with nothing in
  // it; where the protocol is not known, what the family and the length make
  // most likely. Nothing iff this platform knows no kind for the family.
  virtual std::optional<FamilyAddress> Kind(const SockAddr& address,
                                            int protocol) const = 0;

  // Reads `address` as the kind that `*result` holds already. An interface has
  // its index alone. Fails with the number of EINVAL iff it is of another
  // family or too short, with `kNotSupportedError` iff the OS has no such
  // family; `*result` is unspecified then.
  virtual SysResult<void> Decode(const SockAddr& address,
                                 FamilyAddress* result) const = 0;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_ADDRESS_CALLS_H_
