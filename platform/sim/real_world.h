// A region in which a simulated thread does something real.
//
//   {
//     sim::RealWorld region;
//     text = ReadWholeFile("testdata/zone.txt");
//   }

#ifndef MORTISE_PLATFORM_SIM_REAL_WORLD_H_
#define MORTISE_PLATFORM_SIM_REAL_WORLD_H_

namespace mortise {
namespace sim {

// While it lives, the calling thread may wait for what is not simulated: a
// file, a subprocess, a thread that is not part of the run. Virtual time stands
// still. Other simulated threads run meanwhile if this one is asleep; the run
// is then marked as left to chance, because the moment of its return is not
// decided by the seed.
//
// The thread should not use the simulated system in the region. If it does, the
// region ends there.
//
// Created and destroyed in one thread. Without effect in a thread that is not
// simulated. The constructor does not block; the destructor waits for the
// thread's turn.
class RealWorld {
 public:
  RealWorld();
  ~RealWorld();
  RealWorld(const RealWorld&) = delete;
  RealWorld& operator=(const RealWorld&) = delete;

 private:
  const bool simulated_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_REAL_WORLD_H_
