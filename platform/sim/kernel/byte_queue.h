// The bytes of a stream that wait to be sent or read.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_BYTE_QUEUE_H_
#define MORTISE_PLATFORM_SIM_KERNEL_BYTE_QUEUE_H_

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise {
namespace sim {

// A ring of bytes that grows as needed. Thread safety: none. Nothing blocks.
class ByteQueue {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void Append(absl::string_view bytes);
  // Copies bytes from `offset` on into `to`, as far as there are any. Returns
  // how many.
  std::size_t Copy(std::size_t offset, absl::Span<char> to) const;
  // Takes `count` bytes off the front, at most size(). An empty queue gives its
  // memory back.
  void Drop(std::size_t count);
  void Clear() { Drop(size_); }

 private:
  void Grow(std::size_t least);

  // A power of two, or 0.
  std::size_t capacity_ = 0;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::unique_ptr<char[]> room_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_BYTE_QUEUE_H_
