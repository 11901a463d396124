// The calls that take an address. With this list, a test of the addresses that
// they refuse is written once for all of them.

#ifndef MORTISE_CONTRACT_ADDRESS_CALLS_H_
#define MORTISE_CONTRACT_ADDRESS_CALLS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/core/address.h"
#include "mortise/core/socket.h"

namespace mortise {
namespace contract {

struct AddressCall {
  // The name of the call in errors.
  std::string operation;
  std::function<absl::Status(Socket&, const Address&)> call;
};

// Bind, Connect, ConnectEx, SendTo.
std::vector<AddressCall> AddressCalls();

// Expects each of these calls to refuse `address` with an error that has the
// code `code` and names `argument`.
void ExpectAllToRefuse(Socket& socket, const Address& address,
                       absl::StatusCode code, absl::string_view argument);

}  // namespace contract
}  // namespace mortise

#endif  // MORTISE_CONTRACT_ADDRESS_CALLS_H_
