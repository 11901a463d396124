// Ancillary data in the layout of the OS that is built for. The layout is a
// fact of the build and no part of a platform: every platform of a program uses
// the same layout. posix/ and winsock/ implement these functions.
//
// All functions here are thread-safe and do not block. mortise/core/ancillary.h
// has what programs use.

#ifndef MORTISE_PLATFORM_CONTROL_LAYOUT_H_
#define MORTISE_PLATFORM_CONTROL_LAYOUT_H_

#include <cstddef>
#include <optional>

#include "absl/types/span.h"
#include "mortise/platform/control_value.h"

namespace mortise {

// One piece of ancillary data, which goes along with a message, such as
// descriptors, or the interface that the message came from. `data` is not
// owned.
struct ControlMessage {
  int level = 0;
  int type = 0;
  absl::Span<const char> data;
};

// Returns how many bytes a control message with `data_size` bytes of data has:
// ControlLength without the padding behind it, ControlSpace with the padding.
// Used by `CmsgLen` and `CmsgSpace`. Python: socket.CMSG_LEN,
// socket.CMSG_SPACE. Source: cmsg(3).
std::size_t ControlLength(std::size_t data_size);
std::size_t ControlSpace(std::size_t data_size);

// Writes `message` to the beginning of `room`. Returns how many bytes it takes
// there. If it does not fit, returns 0 and writes nothing. Used by
// `AncillaryBuilder`.
std::size_t PutControl(const ControlMessage& message, absl::Span<char> room);

// Takes the first message off the front of `*control`. `message->data` then
// points into these bytes. If there is no whole message, returns false and
// changes nothing. Used by `AncillaryMessages` and `ReceivedDescriptors`.
bool TakeControl(absl::Span<const char>* control, ControlMessage* message);

// Returns the message that holds `value`. Returns nullopt if the OS has no such
// message to send, or if one of the handles of a ControlHandles is not a
// descriptor of the OS. Used by `AncillaryBuilder`.
std::optional<EncodedControl> EncodeControl(const ControlValue& value);

// Returns the value that `message` holds. Returns nullopt if `message` holds
// none of the values of ControlValue, or if its data is too short. Used by
// `AncillaryMessage`.
std::optional<ControlValue> DecodeControl(const ControlMessage& message);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONTROL_LAYOUT_H_
