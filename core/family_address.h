// Socket addresses of the families beyond IP and AF_UNIX: netlink, packets,
// vsock, CAN, Bluetooth and others. Each has its own structure.
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
// Every function that takes an `Address` accepts such a structure. MakeAddress
// is for callers that want to keep the resulting SocketAddress. The structures
// and their Python counterparts are in mortise/platform/family_address.h.
//
// For a family without a structure, SocketAddress::Raw makes an address from
// the bytes that follow the family, and SocketAddress::bytes returns them.
//
// Everything here is thread-safe and does not wait for the network. Results own
// their data. A platform is used only until a function returns.

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

// Returns the SocketAddress that `address` describes on this system. Only the
// name of an interface or of a macOS kernel control is looked up: in the
// system, or in `platform` if it is given.
//
// Returns:
//   kUnimplemented    the system has no such family (IsUnsupported)
//   kInvalidArgument  a text is too long or malformed, or two fields contradict
//                     each other; the message names the field (IsUsageError)
//   kOutOfRange       `ifindex` is more than 2^31 - 1 (IsUsageError)
//   kNotFound         no interface or kernel control has the name
absl::StatusOr<SocketAddress> MakeAddress(const FamilyAddress& address,
                                          Platform* platform = nullptr);

// Reads `address` as the kind that `*result` holds. After a failure `*result`
// is unspecified. Fails as AddressAs does, which is easier to call.
absl::Status ReadAddress(const SocketAddress& address, FamilyAddress* result,
                         Platform* platform = nullptr);

// Returns `address` as a T, which is one of the structures. If T has an
// interface, its index is set, and its name too unless the interface is gone.
// The protocols of Bluetooth share a family, and so do those of CAN. Their
// addresses do not say which protocol they belong to; T decides.
//
// Returns:
//   kInvalidArgument  `address` is of another family, or shorter than a T must
//                     be (IsUsageError)
//   kUnimplemented    the system has no such family (IsUnsupported)
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

// Returns `address`, which belongs to a socket of `protocol`, as the structure
// that fits. If the protocol is not known, pass -1; the family and the length
// then decide which structure is the most likely one.
//
// Fails with kInvalidArgument (IsUsageError) if `address` is too short, or if
// this system has no structure for its family. Source: the structures of the
// system, such as packet(7), vsock(7) and SocketCAN's.
absl::StatusOr<FamilyAddress> FamilyAddressOf(const SocketAddress& address,
                                              Protocol protocol = 0,
                                              Platform* platform = nullptr);

}  // namespace mortise

#endif  // MORTISE_CORE_FAMILY_ADDRESS_H_
