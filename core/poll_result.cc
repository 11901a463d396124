#include "mortise/core/poll_result.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "mortise/core/internal/poll_registration.h"
#include "mortise/platform/poll_set.h"

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

void PollResult::Begin(
    const std::shared_ptr<std::atomic<std::uint64_t>>& round) {
  // After a move there is no room.
  if (events_.empty()) events_.resize(capacity_ + 1);
  size_ = 0;
  woken_ = false;
  round_ = round->load(std::memory_order_relaxed);
  if (last_round_ != round) last_round_ = round;
}

bool PollResult::IsValid() const {
  return last_round_ != nullptr &&
         last_round_->load(std::memory_order_acquire) == round_;
}

PollResult::const_iterator PollResult::begin() const {
  return const_iterator(*this, events_.data());
}

PollResult::const_iterator PollResult::end() const {
  return const_iterator(*this, events_.data() + size_);
}

bool PollResult::empty() const { return begin() == end(); }

PollEvent PollResult::const_iterator::operator*() const {
  return {internal::RegistrationOf(*event_).key, event_->events};
}

void PollResult::const_iterator::PassOver() {
  const PollReady* const end = result_->events_.data() + result_->size_;
  if (event_ == end) return;
  if (!result_->IsValid()) event_ = end;
  while (event_ != end && internal::RegistrationOf(*event_).has_left.load(
                              std::memory_order_acquire)) {
    ++event_;
  }
}

}  // namespace mortise
