// What a send takes and a receive returns, beyond bytes.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_MESSAGE_H_
#define MORTISE_PLATFORM_SIM_KERNEL_MESSAGE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/control_value.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/sock_addr.h"

namespace mortise {
namespace sim {

class OpenFile;

// Ancillary data inside of the simulation: descriptors are open files here, and
// values are no bytes yet.
struct Ancillary {
  std::vector<std::shared_ptr<OpenFile>> rights;
  std::optional<ControlCredentials> credentials;
  // Where a datagram was sent to, or has to be sent from.
  std::optional<IpAddress> local_address;
  std::uint32_t interface_index = 0;
  std::optional<int> hop_limit;
  std::optional<int> traffic_class;
  // When a datagram came.
  std::optional<Time> received_at;
};

// A send. Does not own what it points to.
struct Outgoing {
  absl::Span<const absl::string_view> pieces;
  std::size_t size = 0;  // of all pieces
  const SockAddr* to = nullptr;
  const Ancillary* ancillary = nullptr;
  bool out_of_band = false;

  // Appends `count` bytes from `offset` on to `queue`, which has Append.
  template <typename Queue>
  void CopyTo(std::size_t offset, std::size_t count, Queue* queue) const {
    for (const absl::string_view piece : pieces) {
      if (offset >= piece.size()) {
        offset -= piece.size();
        continue;
      }
      const absl::string_view part = piece.substr(offset, count);
      queue->Append(part);
      offset = 0;
      count -= part.size();
      if (count == 0) return;
    }
  }
  std::string Bytes() const {
    std::string bytes;
    bytes.reserve(size);
    for (const absl::string_view piece : pieces) {
      bytes.append(piece.data(), piece.size());
    }
    return bytes;
  }
};

// A receive, and what came of it. Does not own the buffers.
struct Incoming {
  absl::Span<const absl::Span<char>> buffers;
  std::size_t room = 0;  // of all buffers
  bool peek = false;
  bool out_of_band = false;
  // Whether the call waits if there is nothing.
  bool may_wait = false;
  // Whether the bytes of a stream are only counted, not copied.
  bool drops_bytes = false;

  // What was received: bytes in the buffers, and bytes that there were.
  std::size_t size = 0;
  std::size_t whole_size = 0;
  bool is_truncated = false;
  SockAddr from;
  Ancillary ancillary;

  // Copies `bytes` behind what is there, as far as there is room. Returns how
  // many bytes fitted.
  std::size_t Fill(absl::string_view bytes) {
    std::size_t offset = size;
    std::size_t copied = 0;
    for (const absl::Span<char> buffer : buffers) {
      if (offset >= buffer.size()) {
        offset -= buffer.size();
        continue;
      }
      const std::size_t count =
          std::min(buffer.size() - offset, bytes.size() - copied);
      std::copy_n(bytes.data() + copied, count, buffer.data() + offset);
      copied += count;
      offset = 0;
      if (copied == bytes.size()) break;
    }
    size += copied;
    return copied;
  }
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_MESSAGE_H_
