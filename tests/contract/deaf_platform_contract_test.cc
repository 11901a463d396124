// Runs the contract of streams on a platform whose shutdown wakes nobody, as
// far as the library knows, and refuses listeners. macOS and Windows do so, and
// here other systems can test what the library does about it.

#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"

namespace mortise {
namespace contract {
namespace {

class NoShutdownOfListeners final : public ForwardingSocketCalls {
 public:
  using ForwardingSocketCalls::ForwardingSocketCalls;

  SysResult<void> Shutdown(NativeHandle handle, ShutdownHow how) override {
    int listens = 0;
    next().GetSockOpt(
        handle, kSolSocket, kSoAcceptconn,
        absl::Span<char>(reinterpret_cast<char*>(&listens), sizeof(listens)));
    if (listens == 0) return next().Shutdown(handle, how);
    return {Platform::Default().facts().errors.Native(ErrorCode::kEnotconn)};
  }
};

ContractPlatform DeafPlatform() {
  static auto* const sockets =
      new NoShutdownOfListeners(Platform::Default().sockets());
  static Platform* const platform = [] {
    Platform::Parts parts = Platform::Default().parts();
    parts.sockets = sockets;
    SystemFacts facts = Platform::Default().facts();
    facts.woken_by_shutdown = {false, false, false, false};
    return new Platform(parts, facts);
  }();
  ContractPlatform contract;
  contract.name = "Deaf";
  contract.platform = platform;
  return contract;
}

MORTISE_INSTANTIATE_STREAM_CONTRACT(Deaf, DeafPlatform());

}  // namespace
}  // namespace contract
}  // namespace mortise
