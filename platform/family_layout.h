// Converts the addresses of families other than IP and AF_UNIX between the
// structures that programs write and those of the OS that is built for. The
// layout is a fact of the build and no part of a platform. posix/ and winsock/
// implement these functions.
//
// Here an interface is its index, and a kernel control is its id. Names are
// ignored. The caller has checked everything else that can be wrong (lengths,
// texts).
//
// All functions here are thread-safe and do not block.
// mortise/core/family_address.h has what programs use: `MakeAddress`,
// `ReadAddress`, `AddressAs` and `FamilyAddressOf`.

#ifndef MORTISE_PLATFORM_FAMILY_LAYOUT_H_
#define MORTISE_PLATFORM_FAMILY_LAYOUT_H_

#include <optional>

#include "mortise/platform/family_address.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {

// Returns `address` in the layout of the OS, or nullopt if the OS has no such
// family.
std::optional<SockAddr> EncodeFamilyAddress(const FamilyAddress& address);

// Stands for a protocol that is not known.
inline constexpr int kUnknownProtocol = -1;

// Returns the kind of `address` on a socket of the protocol: a structure with
// its default values. If the protocol is not known, the family and the length
// decide what is most likely. Returns nullopt if the OS has no kind for the
// family.
std::optional<FamilyAddress> FamilyKind(const SockAddr& address, int protocol);

// The result of DecodeFamilyAddress.
enum class FamilyDecoding {
  kDone,
  // The address is of another kind, or too short.
  kOtherKind,
  // The OS has no such family.
  kNoSuchFamily,
};

// Reads `address` into `*result`, as the kind of address that `*result` already
// holds. Of an interface, only the index is set. Unless the result is kDone,
// `*result` is unspecified.
FamilyDecoding DecodeFamilyAddress(const SockAddr& address,
                                   FamilyAddress* result);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_FAMILY_LAYOUT_H_
