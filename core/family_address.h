// Socket addresses of the families beyond IP and AF_UNIX: netlink, packets,
// vsock, CAN, Bluetooth and their kin, each a structure of its own.
//
//   absl::Status status =
//       socket.Bind(mortise::PacketAddress{"eth0", /*protocol=*/0x0003});
//   if (!status.ok()) return status;
//   absl::StatusOr<mortise::RecvFromStringResult> received =
//       socket.RecvFrom(1500);
//   if (!received.ok()) return received.status();
//   absl::StatusOr<mortise::PacketAddress> from =
//       mortise::AddressAs<mortise::PacketAddress>(received->address);
//   if (from.ok()) std::cout << from->ifname;
//
// Wherever an `Address` is asked for, a structure will do; MakeAddress is for
// who wants to keep what it becomes. The structures, and what Python has in
// their place, are in mortise/platform/family_address.h.
//
// An address of a family that is not among them is the bytes that follow the
// family: SocketAddress::Raw makes one, SocketAddress::bytes reads it.
//
// Everything here is safe to call from any thread.

#ifndef MORTISE_CORE_FAMILY_ADDRESS_H_
#define MORTISE_CORE_FAMILY_ADDRESS_H_

#include <type_traits>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/family_address.h"  // IWYU pragma: export

namespace mortise {

class Platform;

// The address that `address` describes on this system; on that of `platform` if
// one is given. A named interface, and a named control of macOS, is looked up;
// nothing else asks the system.
//
// Fails with kUnimplemented (IsUnsupported) iff the system has no such family;
// with kInvalidArgument or kOutOfRange iff a field cannot be right, which the
// message names (IsUsageError); with kNotFound iff nothing has the name.
absl::StatusOr<SocketAddress> MakeAddress(const FamilyAddress& address,
                                          Platform* platform = nullptr);

// Reads `address` as the kind that `*result` holds, which is unspecified after
// a failure. Fails as AddressAs does, which is nicer to call.
absl::Status ReadAddress(const SocketAddress& address, FamilyAddress* result,
                         Platform* platform = nullptr);

// `address` as a T, one of the structures. An interface has its index, and its
// name unless it is gone.
//
// Fails with kInvalidArgument (IsUsageError) iff it is of another family, or
// not even as long as a T has to be; with kUnimplemented (IsUnsupported) iff
// the system has no such family. Bluetooth's and CAN's protocols share a
// family, and their addresses do not say whose they are: T does.
template <typename T>
absl::StatusOr<T> AddressAs(const SocketAddress& address,
                            Platform* platform = nullptr) {
  static_assert(IsFamilyAddress<T>::value,
                "T is one of mortise/platform/family_address.h");
  FamilyAddress result = T();
  absl::Status status = ReadAddress(address, &result, platform);
  if (!status.ok()) return status;
  return std::get<T>(std::move(result));
}

// `address`, of a socket of that protocol, as what it is. Where the protocol is
// not known, -1, it is what the family and the length make most likely.
//
// Fails with kInvalidArgument (IsUsageError) iff it is too short, or no
// structure is for its family on this system.
absl::StatusOr<FamilyAddress> FamilyAddressOf(const SocketAddress& address,
                                              Protocol protocol = 0,
                                              Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_FAMILY_ADDRESS_H_
