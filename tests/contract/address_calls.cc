#include "mortise/tests/contract/address_calls.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {

std::vector<AddressCall> AddressCalls() {
  return {
      {"bind", [](Socket& s, const Address& a) { return s.Bind(a); }},
      {"connect", [](Socket& s, const Address& a) { return s.Connect(a); }},
      {"connect",
       [](Socket& s, const Address& a) { return s.ConnectEx(a).status(); }},
      {"sendto",
       [](Socket& s, const Address& a) { return s.SendTo("x", a).status(); }},
      {"sendmsg",
       [](Socket& s, const Address& a) {
         return SendMsg(s, {"x"}, {}, 0, a).status();
       }},
  };
}

void ExpectAllToRefuse(Socket& socket, const Address& address,
                       absl::StatusCode code, absl::string_view argument) {
  SCOPED_TRACE(address.ToString());
  for (const AddressCall& call : AddressCalls()) {
    EXPECT_THAT(call.call(socket, address),
                RefusesArgument(code, call.operation, argument));
  }
}

}  // namespace contract
}  // namespace mortise
