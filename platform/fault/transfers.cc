// Moves data through sockets, as messages.cc of the backends does.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/control_layout.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/fault/call_match.h"
#include "mortise/platform/fault/faulty_call.h"
#include "mortise/platform/fault/socket_calls.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace fault {
namespace {

// Closes the descriptors that are in `control`.
void CloseReceived(absl::Span<const char> control, SocketCalls& sockets) {
  ControlMessage message;
  while (TakeControl(&control, &message)) {
    const std::optional<ControlValue> value = DecodeControl(message);
    if (!value.has_value()) continue;
    if (const auto* received = std::get_if<ControlHandles>(&*value)) {
      for (const NativeHandle handle : received->handles) {
        (void)sockets.Close(handle);
      }
    }
  }
}

// Returns the first `most` bytes of `buffers`.
template <typename Buffer>
std::vector<Buffer> Shortened(absl::Span<const Buffer> buffers,
                              std::size_t most) {
  std::vector<Buffer> shortened;
  for (const Buffer& buffer : buffers) {
    if (most == 0) break;
    shortened.emplace_back(buffer.data(), std::min(buffer.size(), most));
    most -= shortened.back().size();
  }
  return shortened;
}

template <typename Buffer>
std::size_t TotalSize(absl::Span<const Buffer> buffers) {
  std::size_t size = 0;
  for (const Buffer& buffer : buffers) size += buffer.size();
  return size;
}

}  // namespace

SysResult<std::size_t> FaultySocketCalls::Recv(NativeHandle handle,
                                               absl::Span<char> buffer,
                                               int flags) {
  return faults_.Make(
      {Call::kRecv, handle, buffer.size()}, [&](const Allowance& allowance) {
        return next().Recv(handle, buffer.subspan(0, allowance.most), flags);
      });
}

SysResult<std::size_t> FaultySocketCalls::RecvFrom(NativeHandle handle,
                                                   absl::Span<char> buffer,
                                                   int flags, SockAddr* from) {
  return faults_.Make({Call::kRecvFrom, handle, buffer.size()},
                      [&](const Allowance& allowance) {
                        return next().RecvFrom(
                            handle, buffer.subspan(0, allowance.most), flags,
                            from);
                      });
}

SysResult<std::size_t> FaultySocketCalls::Send(NativeHandle handle,
                                               absl::Span<const char> data,
                                               int flags) {
  return faults_.Make(
      {Call::kSend, handle, data.size()}, [&](const Allowance& allowance) {
        return next().Send(handle, data.subspan(0, allowance.most), flags);
      });
}

SysResult<std::size_t> FaultySocketCalls::SendTo(NativeHandle handle,
                                                 absl::Span<const char> data,
                                                 int flags,
                                                 const SockAddr& to) {
  return faults_.Make({Call::kSendTo, handle, data.size(), &to},
                      [&](const Allowance& allowance) {
                        return next().SendTo(
                            handle, data.subspan(0, allowance.most), flags, to);
                      });
}

SysResult<ReceivedMessage> FaultySocketCalls::RecvMsg(
    NativeHandle handle, absl::Span<const absl::Span<char>> buffers,
    absl::Span<char> control, int flags, SockAddr* from) {
  const std::size_t size = TotalSize(buffers);
  return faults_.Make(
      {Call::kRecvMsg, handle, size},
      [&](const Allowance& allowance) {
        if (allowance.most >= size) {
          return next().RecvMsg(handle, buffers, control, flags, from);
        }
        return next().RecvMsg(handle, Shortened(buffers, allowance.most),
                              control, flags, from);
      },
      [&](SysResult<ReceivedMessage>& received) {
        CloseReceived(control.first(received.value.control_size), next());
        received = {};
      });
}

SysResult<std::size_t> FaultySocketCalls::SendMsg(
    NativeHandle handle, absl::Span<const absl::string_view> buffers,
    absl::Span<const char> control, int flags, const SockAddr* to) {
  const std::size_t size = TotalSize(buffers);
  return faults_.Make(
      {Call::kSendMsg, handle, size, to}, [&](const Allowance& allowance) {
        if (allowance.most >= size) {
          return next().SendMsg(handle, buffers, control, flags, to);
        }
        return next().SendMsg(handle, Shortened(buffers, allowance.most),
                              control, flags, to);
      });
}

}  // namespace fault
}  // namespace mortise
