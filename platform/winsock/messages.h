// Messages in pieces and with ancillary data: WSARecvMsg and WSASendMsg.

#ifndef MORTISE_PLATFORM_WINSOCK_MESSAGES_H_
#define MORTISE_PLATFORM_WINSOCK_MESSAGES_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace winsock {

class Messages final : public MessageCalls {
 public:
  SysResult<ReceivedMessage> RecvMsg(NativeHandle handle,
                                     absl::Span<const absl::Span<char>> buffers,
                                     absl::Span<char> control, int flags,
                                     SockAddr* from) override;
  SysResult<std::size_t> SendMsg(NativeHandle handle,
                                 absl::Span<const absl::string_view> buffers,
                                 absl::Span<const char> control, int flags,
                                 const SockAddr* to) override;

  std::size_t ControlLength(std::size_t data_size) const override;
  std::size_t ControlSpace(std::size_t data_size) const override;
  std::size_t PutControl(const ControlMessage& message,
                         absl::Span<char> room) const override;
  bool TakeControl(absl::Span<const char>* control,
                   ControlMessage* message) const override;
  SysResult<EncodedControl> EncodeControl(
      const ControlValue& value) const override;
  std::optional<ControlValue> DecodeControl(
      const ControlMessage& message) const override;
};

}  // namespace winsock
}  // namespace mortise

#endif  // MORTISE_PLATFORM_WINSOCK_MESSAGES_H_
