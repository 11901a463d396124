#include "mortise/platform/sim/host/machine.h"

#include <cstdint>
#include <memory>

#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

Machine::Machine(Waiting& waiting, const KernelOptions& options)
    : waiting_(waiting), options_(options) {
  AddKernel(options);
}

Machine::~Machine() {
  if (has_power_) waiting_.RemoveKernel(kernel());
}

void Machine::AddKernel(const KernelOptions& options) {
  kernels_.push_back(std::make_unique<Kernel>(options, waiting_.outbox()));
  waiting_.AddKernel(kernel());
}

void Machine::Kill() {
  is_up_ = false;
  ++life_;
  kernel().handles().CloseAll();
}

void Machine::CutPower() {
  // The programs may have been killed before.
  if (is_up_) ++life_;
  is_up_ = false;
  has_power_ = false;
  waiting_.RemoveKernel(kernel());
  kernel().PowerOff();
}

void Machine::Restart(std::uint64_t seed, Time now) {
  is_up_ = true;
  if (has_power_) return;
  has_power_ = true;
  KernelOptions options = options_;
  options.seed = seed;
  options.first_handle = kernel().handles().end();
  AddKernel(options);
  kernel().AdvanceTo(now);
}

}  // namespace sim
}  // namespace mortise
