#include "mortise/platform/sim/kernel/byte_queue.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise {
namespace sim {
namespace {

constexpr std::size_t kLeastRoom = 256;
// A queue that has been emptied keeps no more memory than this.
constexpr std::size_t kMostKept = 4096;

}  // namespace

void ByteQueue::Grow(std::size_t least) {
  std::size_t capacity = std::max(capacity_, kLeastRoom);
  while (capacity < least) capacity *= 2;
  std::unique_ptr<char[]> room(new char[capacity]);
  Copy(0, absl::Span<char>(room.get(), size_));
  room_ = std::move(room);
  capacity_ = capacity;
  first_ = 0;
}

void ByteQueue::Append(absl::string_view bytes) {
  if (bytes.empty()) return;
  if (size_ + bytes.size() > capacity_) Grow(size_ + bytes.size());
  const std::size_t start = (first_ + size_) & (capacity_ - 1);
  const std::size_t before_end = std::min(bytes.size(), capacity_ - start);
  std::memcpy(room_.get() + start, bytes.data(), before_end);
  std::memcpy(room_.get(), bytes.data() + before_end,
              bytes.size() - before_end);
  size_ += bytes.size();
}

std::size_t ByteQueue::Copy(std::size_t offset, absl::Span<char> to) const {
  if (offset >= size_ || to.empty()) return 0;
  const std::size_t count = std::min(to.size(), size_ - offset);
  const std::size_t start = (first_ + offset) & (capacity_ - 1);
  const std::size_t before_end = std::min(count, capacity_ - start);
  std::memcpy(to.data(), room_.get() + start, before_end);
  std::memcpy(to.data() + before_end, room_.get(), count - before_end);
  return count;
}

void ByteQueue::Drop(std::size_t count) {
  size_ -= count;
  if (size_ != 0) {
    first_ = (first_ + count) & (capacity_ - 1);
    return;
  }
  first_ = 0;
  if (capacity_ > kMostKept) {
    room_.reset();
    capacity_ = 0;
  }
}

}  // namespace sim
}  // namespace mortise
