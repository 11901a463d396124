// The addresses of families beyond IP and AF_UNIX as text, for people.

#ifndef MORTISE_CORE_INTERNAL_FAMILY_TEXT_H_
#define MORTISE_CORE_INTERNAL_FAMILY_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "mortise/platform/backend.h"
#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace internal {

// Returns a text such as "netlink:pid=0,groups=1", "packet:eth0,proto=0x0800",
// "vsock:2:1234". A field with its default value is left out where it says
// nothing. Nothing is looked up.
std::string FamilyText(const FamilyAddress& address);

// The same for an address of `platform`. The name of its interface is looked
// up. Returns nullopt if the platform does not know the family, or if the
// address holds more than the text would say.
std::optional<std::string> FamilyText(const SockAddr& address,
                                      Platform& platform);

// The interface in an address that has one; nullptr for both otherwise.
struct InterfaceFields {
  std::string* name = nullptr;
  std::uint32_t* index = nullptr;
};
InterfaceFields InterfaceOf(FamilyAddress* address);

// Returns the kind of `address` for an error message: "AF_NETLINK", "AF_CAN for
// CAN_ISOTP".
std::string FamilyKindName(const FamilyAddress& address);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_FAMILY_TEXT_H_
