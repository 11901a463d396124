// Ancillary data as the OS that is built for lays it out. It is a fact of the
// build and no part of a platform: every platform of a program uses the same
// layout. posix/ and winsock/ implement it.

#ifndef MORTISE_PLATFORM_CONTROL_LAYOUT_H_
#define MORTISE_PLATFORM_CONTROL_LAYOUT_H_

#include <cstddef>
#include <optional>

#include "absl/types/span.h"
#include "mortise/platform/control_value.h"

namespace mortise {

// One piece of ancillary data, which goes along with a message: descriptors,
// or the interface that it came from. `data` is not owned.
struct ControlMessage {
  int level = 0;
  int type = 0;
  absl::Span<const char> data;
};

// How many bytes a control message with `data_size` bytes of data has, without
// and with the padding behind it. Python's CMSG_LEN and CMSG_SPACE.
std::size_t ControlLength(std::size_t data_size);
std::size_t ControlSpace(std::size_t data_size);

// Writes `message` to the beginning of `room`. Returns how many bytes it takes
// there. If it does not fit, returns 0 and writes nothing.
std::size_t PutControl(const ControlMessage& message, absl::Span<char> room);

// Takes the first message off the front of `*control`, into which `*message`
// then points. If there is no whole one, returns false and changes nothing.
bool TakeControl(absl::Span<const char>* control, ControlMessage* message);

// Returns the message that says `value`, or nullopt if the OS has no such
// message to send.
std::optional<EncodedControl> EncodeControl(const ControlValue& value);

// Returns what `message` says, or nullopt if that is none of the values, or if
// its data is too short.
std::optional<ControlValue> DecodeControl(const ControlMessage& message);

}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONTROL_LAYOUT_H_
