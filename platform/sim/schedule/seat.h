// Where a simulated thread waits for its turn.

#ifndef MORTISE_PLATFORM_SIM_SCHEDULE_SEAT_H_
#define MORTISE_PLATFORM_SIM_SCHEDULE_SEAT_H_

#include <memory>

namespace mortise {
namespace sim {

// A semaphore that is 0 or 1, of one thread. The file of the operating system
// says how it waits. It uses none of Abseil's locks, because threads wait here
// inside of Abseil's own waits.
//
// Post may be called by any thread, and Wait by one thread at a time. Only Wait
// blocks. What a thread did before Post is seen after the Wait that it ended.
class Seat {
 public:
  Seat();
  ~Seat();
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  // Makes it 1, and wakes the thread that waits.
  void Post();
  // Waits until it is 1, and makes it 0.
  void Wait();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SCHEDULE_SEAT_H_
