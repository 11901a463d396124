// The kernels that one host has had.

#ifndef MORTISE_PLATFORM_SIM_HOST_MACHINE_H_
#define MORTISE_PLATFORM_SIM_HOST_MACHINE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// A host begins with one kernel, and is up. After a power cut it gets another
// kernel. The old ones stay, since calls that were under way in the last life
// may still refer to them. The handles of a life have other numbers than those
// of all lives before, so a socket that is left from an earlier life closes
// nobody's handle.
//
// Thread safety: none; the lock of the simulation guards it. Nothing blocks.
class Machine {
 public:
  // `waiting` must outlive it.
  Machine(Waiting& waiting, const KernelOptions& options);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // The kernel, or the last one if the host has no power.
  Kernel& kernel() const { return *kernels_.back(); }
  bool has_power() const { return has_power_; }
  // Whether programs run on the host.
  bool is_up() const { return is_up_; }
  // Counts the lives, from 0 on. It changes when one ends.
  std::uint64_t life() const { return life_; }

  // Ends the programs: the kernel closes their handles. The host is up.
  void Kill();
  // Takes the power away. The caller has switched the host off in the network.
  void CutPower();
  // Begins the next life. The host is not up. A host without power gets a
  // kernel with the seed `seed`, at the time `now`.
  void Restart(std::uint64_t seed, Time now);

 private:
  void AddKernel(const KernelOptions& options);

  Waiting& waiting_;
  const KernelOptions options_;
  std::vector<std::unique_ptr<Kernel>> kernels_;
  bool has_power_ = true;
  bool is_up_ = true;
  std::uint64_t life_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_MACHINE_H_
