// How calls of a program that are no socket calls get into a simulation.

#ifndef MORTISE_PLATFORM_SIM_NET_ENTRANCE_H_
#define MORTISE_PLATFORM_SIM_NET_ENTRANCE_H_

#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// Thread safety: any thread that the simulation admits may call it.
class Entrance {
 public:
  virtual ~Entrance() = default;

  // Takes the lock of the simulation. Returns the virtual time.
  virtual Time Enter() = 0;
  // Gives it back, and sees to it that what has become due is done.
  virtual void Leave() = 0;
};

// Holds the lock of the simulation. `entrance` must outlive it. For one thread.
class EntranceLock {
 public:
  explicit EntranceLock(Entrance& entrance)
      : entrance_(entrance), now_(entrance.Enter()) {}
  ~EntranceLock() { entrance_.Leave(); }
  EntranceLock(const EntranceLock&) = delete;
  EntranceLock& operator=(const EntranceLock&) = delete;

  Time now() const { return now_; }

 private:
  Entrance& entrance_;
  const Time now_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_ENTRANCE_H_
