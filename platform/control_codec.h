// Ancillary data: control messages one after another. Each has a header, its
// data and padding, in the layout of the OS. Source: RFC 3542, section 20.
//
// A backend has a `Layout` with these members:
//   - `Header` is the OS's structure. Its fields have the same names
//     everywhere.
//   - `Length()` and `Space()` are CMSG_LEN and CMSG_SPACE.
//
// All functions here are thread-safe and do not block.

#ifndef MORTISE_PLATFORM_CONTROL_CODEC_H_
#define MORTISE_PLATFORM_CONTROL_CODEC_H_

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "absl/types/span.h"
#include "mortise/platform/control_layout.h"

namespace mortise {
namespace internal {

// Implements PutControl of mortise/platform/control_layout.h.
template <typename Layout>
std::size_t PutControl(const ControlMessage& message, absl::Span<char> room) {
  const std::size_t space = Layout::Space(message.data.size());
  // If the sum has wrapped around, it is smaller than the size of the data.
  if (space > room.size() || space < message.data.size()) return 0;
  typename Layout::Header header = {};
  header.cmsg_len = static_cast<decltype(header.cmsg_len)>(
      Layout::Length(message.data.size()));
  header.cmsg_level = message.level;
  header.cmsg_type = message.type;
  // The padding must be zero: it reaches the other side, or at least the
  // kernel.
  std::memset(room.data(), 0, space);
  std::memcpy(room.data(), &header, sizeof(header));
  if (!message.data.empty()) {
    std::memcpy(room.data() + Layout::Length(0), message.data.data(),
                message.data.size());
  }
  return space;
}

// Implements TakeControl of mortise/platform/control_layout.h.
template <typename Layout>
bool TakeControl(absl::Span<const char>* control, ControlMessage* message) {
  const std::size_t data_offset = Layout::Length(0);
  typename Layout::Header header;
  if (control->size() < std::max(data_offset, sizeof(header))) return false;
  // The bytes need not be aligned for a header.
  std::memcpy(&header, control->data(), sizeof(header));
  const auto length = static_cast<std::size_t>(header.cmsg_len);
  if (length < data_offset || length > control->size()) return false;
  message->level = header.cmsg_level;
  message->type = header.cmsg_type;
  message->data = control->subspan(data_offset, length - data_offset);
  // The last message may lack its padding.
  control->remove_prefix(
      std::min(Layout::Space(length - data_offset), control->size()));
  return true;
}

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONTROL_CODEC_H_
