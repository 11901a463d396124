// What Socket::RecvFrom returns.
//
//   absl::StatusOr<mortise::RecvFromStringResult> datagram =
//       socket.RecvFrom(65536);
//   if (!datagram.ok()) return datagram.status();
//   std::cout << datagram->data << " from " << datagram->address;
//
// Values: copies share nothing.

#ifndef MORTISE_CORE_RECEIVED_H_
#define MORTISE_CORE_RECEIVED_H_

#include <cstddef>
#include <string>

#include "mortise/core/socket_address.h"

namespace mortise {

struct RecvFromResult {
  // As Socket::Recv returns it.
  std::size_t size = 0;
  // The address of the sender. Its family is AF_UNSPEC if the protocol does not
  // report the sender, as TCP does not.
  SocketAddress address;

  // User-provided, so that value-initialisation does not fill the address with
  // zeros. They would be written over with each datagram.
  RecvFromResult() {}  // NOLINT(modernize-use-equals-default)
};

struct RecvFromStringResult {
  std::string data;
  SocketAddress address;
};

}  // namespace mortise

#endif  // MORTISE_CORE_RECEIVED_H_
