// Bytes that come in at one end and go out at the other.

#ifndef MORTISE_CORE_INTERNAL_BYTE_QUEUE_H_
#define MORTISE_CORE_INTERNAL_BYTE_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

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
  // All of it, until the next call that is not const.
  absl::string_view view() const {
    return absl::string_view(bytes_.data() + begin_, size());
  }

  // `size` bytes behind the last one, to be written to and then committed.
  absl::Span<char> Room(std::size_t size) {
    if (bytes_.size() - end_ < size && begin_ > 0) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, this->size());
      end_ -= begin_;
      begin_ = 0;
    }
    if (bytes_.size() - end_ < size) bytes_.resize(end_ + size);
    return absl::Span<char>(bytes_.data() + end_, size);
  }
  void Commit(std::size_t size) { end_ += size; }

  void Append(absl::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(Room(bytes.size()).data(), bytes.data(), bytes.size());
    Commit(bytes.size());
  }

  // Lets the first ones go.
  void Consume(std::size_t size) {
    begin_ += size;
    if (!empty()) return;
    begin_ = end_ = 0;
    // What was large once need not stay so.
    if (bytes_.size() > kKept) std::vector<char>().swap(bytes_);
  }

  // Lets the last ones go.
  void Retract(std::size_t size) { end_ -= size; }

  // Moves as many as fit into `out`; returns how many.
  std::size_t MoveTo(absl::Span<char> out) {
    const std::size_t size = std::min(out.size(), this->size());
    if (size == 0) return 0;
    std::memcpy(out.data(), view().data(), size);
    Consume(size);
    return size;
  }

 private:
  static constexpr std::size_t kKept = 256 * 1024;

  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_BYTE_QUEUE_H_
