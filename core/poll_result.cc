#include "mortise/core/poll_result.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace mortise {

PollResult::PollResult(std::size_t capacity)
    : capacity_(std::max<std::size_t>(capacity, 1)), events_(capacity_ + 1) {}

PollResult::~PollResult() = default;

PollResult::PollResult(PollResult&& other) noexcept
    : capacity_(other.capacity_) {
  *this = std::move(other);
}

PollResult& PollResult::operator=(PollResult&& other) noexcept {
  if (this == &other) return *this;
  capacity_ = other.capacity_;
  events_ = std::exchange(other.events_, {});
  size_ = std::exchange(other.size_, 0);
  woken_ = std::exchange(other.woken_, false);
  round_ = other.round_;
  last_round_ = std::exchange(other.last_round_, nullptr);
  return *this;
}

}  // namespace mortise
