// The seat for systems without a futex.

#include <condition_variable>
#include <memory>
#include <mutex>

#include "mortise/platform/sim/schedule/seat.h"

namespace mortise {
namespace sim {

struct Seat::State {
  std::mutex mutex;
  std::condition_variable changed;
  bool posted = false;
};

Seat::Seat() : state_(std::make_unique<State>()) {}
Seat::~Seat() = default;

void Seat::Post() {
  // Notifies under the lock, so that the seat may be destroyed as soon as Wait
  // has returned.
  const std::lock_guard<std::mutex> lock(state_->mutex);
  state_->posted = true;
  state_->changed.notify_one();
}

void Seat::Wait() {
  std::unique_lock<std::mutex> lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->posted; });
  state_->posted = false;
}

}  // namespace sim
}  // namespace mortise
