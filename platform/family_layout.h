// Addresses of the families beyond IP and AF_UNIX, between the structures that
// programs write and those of the OS that is built for. It is a fact of the
// build and no part of a platform. posix/ and winsock/ implement it.
//
// An interface is its index here, and a kernel control its id, whatever its
// name says. What else a caller can get wrong (lengths, texts) has been
// checked.

#ifndef MORTISE_PLATFORM_FAMILY_LAYOUT_H_
#define MORTISE_PLATFORM_FAMILY_LAYOUT_H_

#include <optional>

#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {

// Returns `address` as the OS has it, or nullopt if the OS has no such family.
std::optional<SockAddr> EncodeFamilyAddress(const FamilyAddress& address);

// The protocol, where it is not known.
inline constexpr int kUnknownProtocol = -1;

// Returns which kind of address that is on a socket of that protocol, with
// nothing in it. If the protocol is not known, the family and the length decide
// what is most likely. Returns nullopt if the OS has no kind for the family.
std::optional<FamilyAddress> FamilyKind(const SockAddr& address, int protocol);

enum class FamilyDecoding {
  kDone,
  // The address is of another kind, or too short.
  kOtherKind,
  // The OS has no such family.
  kNoSuchFamily,
};

// Reads `address` as the kind that `*result` holds already. An interface gets
// its index only. If it is not kDone, `*result` is unspecified.
FamilyDecoding DecodeFamilyAddress(const SockAddr& address,
                                   FamilyAddress* result);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAMILY_LAYOUT_H_
