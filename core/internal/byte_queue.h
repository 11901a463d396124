// Bytes that come in at one end and go out at the other.

#ifndef MORTISE_CORE_INTERNAL_BYTE_QUEUE_H_
#define MORTISE_CORE_INTERNAL_BYTE_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise {
namespace internal {

class ByteQueue {
 public:
  ByteQueue() = default;
  ByteQueue(const ByteQueue&) = delete;
  ByteQueue& operator=(const ByteQueue&) = delete;

  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  // All bytes in the queue. The view is valid until the next call that is not
  // const.
  absl::string_view view() const {
    return absl::string_view(bytes_.get() + begin_, size());
  }

  // Returns room for `size` bytes behind the last one. Write to it, and then
  // Commit as many bytes as were written.
  absl::Span<char> Room(std::size_t size) {
    if (capacity_ - end_ < size && begin_ > 0) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, this->size());
      end_ -= begin_;
      begin_ = 0;
    }
    if (capacity_ - end_ < size) Grow(end_ + size);
    return absl::Span<char>(bytes_.get() + end_, size);
  }
  void Commit(std::size_t size) { end_ += size; }

  void Append(absl::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(Room(bytes.size()).data(), bytes.data(), bytes.size());
    Commit(bytes.size());
  }

  // Removes the first `size` bytes.
  void Consume(std::size_t size) {
    begin_ += size;
    if (!empty()) return;
    begin_ = end_ = 0;
    // An empty queue does not hold on to a large buffer.
    if (capacity_ > kKept) {
      bytes_.reset();
      capacity_ = 0;
    }
  }

  // Removes the last `size` bytes.
  void Retract(std::size_t size) { end_ -= size; }

  // Moves as many bytes as fit into `out`, and returns how many.
  std::size_t MoveTo(absl::Span<char> out) {
    const std::size_t size = std::min(out.size(), this->size());
    if (size == 0) return 0;
    std::memcpy(out.data(), view().data(), size);
    Consume(size);
    return size;
  }

 private:
  static constexpr std::size_t kKept = 256 * 1024;
  // The buffer grows to twice its size, but by no more than this, so that large
  // ones fit into 32 bits of addresses.
  static constexpr std::size_t kMostGrowth = std::size_t{1} << 28;

  // Grows the capacity to at least `least` bytes. The bytes in the queue must
  // begin at 0.
  void Grow(std::size_t least) {
    const std::size_t capacity =
        std::max(least, capacity_ + std::min(capacity_, kMostGrowth));
    // Not a vector, which would write zeros to all of it: memory costs nothing
    // until it is written to, and `least` may be much more than what comes.
    std::unique_ptr<char[]> grown(new char[capacity]);
    if (end_ > 0) std::memcpy(grown.get(), bytes_.get(), end_);
    bytes_ = std::move(grown);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_BYTE_QUEUE_H_
