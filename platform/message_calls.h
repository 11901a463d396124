// The vtable, messages in pieces and with ancillary data.
// mortise/platform/backend.h has its rules.

#ifndef MORTISE_PLATFORM_MESSAGE_CALLS_H_
#define MORTISE_PLATFORM_MESSAGE_CALLS_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"

namespace mortise {

// One piece of ancillary data, which goes along with a message: descriptors,
// the interface it came from. The data is somebody else's bytes.
struct ControlMessage {
  int level = 0;
  int type = 0;
  absl::Span<const char> data;
};

// What RecvMsg received.
struct ReceivedMessage {
  std::size_t size = 0;          // bytes of the buffers that are filled
  std::size_t control_size = 0;  // bytes of `control` that are filled
  int flags = 0;                 // MSG_TRUNC, MSG_CTRUNC and the like
};

// Messages: several buffers in one call, with ancillary data.
class MessageCalls {
 public:
  virtual ~MessageCalls() = default;

  // The buffers are filled one after the other. What does not fit into them, or
  // into `control`, is lost, and `flags` says so. Descriptors that arrive are
  // not inherited by child processes. `from` is AF_UNSPEC where the protocol
  // gives no sender.
  virtual SysResult<ReceivedMessage> RecvMsg(
      NativeHandle handle, absl::Span<const absl::Span<char>> buffers,
      absl::Span<char> control, int flags, SockAddr* from) = 0;
  // `to` is nullptr for the peer of a connected socket.
  virtual SysResult<std::size_t> SendMsg(
      NativeHandle handle, absl::Span<const absl::string_view> buffers,
      absl::Span<const char> control, int flags, const SockAddr* to) = 0;

  // Python's CMSG_LEN and CMSG_SPACE: how many bytes a control message with so
  // much data has, without and with the padding behind it.
  virtual std::size_t ControlLength(std::size_t data_size) const = 0;
  virtual std::size_t ControlSpace(std::size_t data_size) const = 0;
  // Writes `message` to the beginning of `room`. How many bytes it takes there,
  // or 0 if it does not fit, and then nothing is written.
  virtual std::size_t PutControl(const ControlMessage& message,
                                 absl::Span<char> room) const = 0;
  // Takes the first message off the front of `*control`, into which `*message`
  // then points. False, and nothing is changed, iff there is no whole one.
  virtual bool TakeControl(absl::Span<const char>* control,
                           ControlMessage* message) const = 0;

  // The message that says `value`. kNotSupportedError iff the OS has none such
  // to send.
  virtual SysResult<EncodedControl> EncodeControl(
      const ControlValue& value) const = 0;
  // What `message` says; nullopt iff that is none of the values, or its data is
  // too short for it.
  virtual std::optional<ControlValue> DecodeControl(
      const ControlMessage& message) const = 0;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_MESSAGE_CALLS_H_
