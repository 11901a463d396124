// The calls about options.

#include "mortise/platform/sim/kernel/options.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include "absl/types/span.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/sockets.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

SysResult<std::size_t> Sockets::GetSockOpt(NativeHandle handle, int level,
                                           int name, absl::Span<char> buffer) {
  return On({"getsockopt", handle}, [&](Call&, sim::Socket& socket) {
    const Result<std::string> value = socket.GetOption(level, name);
    const std::size_t size = std::min(value.value.size(), buffer.size());
    if (size != 0) std::memcpy(buffer.data(), value.value.data(), size);
    return Result<std::size_t>{size, value.error};
  });
}

SysResult<void> Sockets::SetSockOpt(NativeHandle handle, int level, int name,
                                    absl::Span<const char> value) {
  return On({"setsockopt", handle}, [&](Call&, sim::Socket& socket) {
    return socket.SetOption(level, name, value);
  });
}

SysResult<void> Sockets::SetAddressReuse(NativeHandle handle,
                                         AddressReuse reuse) {
  return On({"set address reuse", handle}, [&](Call&, sim::Socket& socket) {
    // Only connections linger. On a datagram socket SO_REUSEADDR means sharing.
    const bool share = reuse == AddressReuse::kShare;
    const bool reuse_address = share || (reuse == AddressReuse::kAfterClose &&
                                         socket.type() == kSockStream);
    // AF_UNIX refuses the option, which matters only if it would change.
    if (share || socket.options().Has(Option::kReusePort)) {
      const ErrorCode error = socket.SetFlag(Option::kReusePort, share);
      if (error != kDone) return error;
    }
    return socket.SetFlag(Option::kReuseAddress, reuse_address);
  });
}

SysResult<void> Sockets::DeferPort(NativeHandle handle) {
  return On({"defer port", handle}, [&](Call&, sim::Socket& socket) {
    return socket.SetFlag(Option::kDeferPort, true);
  });
}

}  // namespace sim
}  // namespace mortise
