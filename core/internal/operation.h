// What was being done when something failed, by its POSIX name.

#ifndef MORTISE_CORE_INTERNAL_OPERATION_H_
#define MORTISE_CORE_INTERNAL_OPERATION_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

enum class Operation : std::uint8_t {
  kAccept,
  kAddress,  // making or parsing a SocketAddress
  kBind,
  kClose,
  kConnect,
  kDup,
  kGetAddrInfo,
  kGetPeerName,
  kGetSockName,
  kGetSockOpt,
  kInetAton,
  kInetNtoa,
  kInetNtop,
  kInetPton,
  kListen,
  kRecv,
  kRecvFrom,
  kSend,
  kSendTo,
  kSetBlocking,
  kSetSockOpt,
  kSetTimeout,
  kShutdown,
  kSocket,
  kSocketPair,
};

inline constexpr int kOperationCount =
    static_cast<int>(Operation::kSocketPair) + 1;

// "connect". Empty for a number that is no enumerator.
absl::string_view OperationName(Operation operation);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_OPERATION_H_
