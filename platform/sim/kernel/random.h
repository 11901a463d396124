// Random numbers of a kernel.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_RANDOM_H_
#define MORTISE_PLATFORM_SIM_KERNEL_RANDOM_H_

#include <cstdint>

namespace mortise {
namespace sim {

// A sequence of numbers that the seed decides, the same on every machine.
// Thread safety: none.
class KernelRandom {
 public:
  explicit KernelRandom(std::uint64_t seed) : state_(seed) {}

  // The generator SplitMix64. Source: Steele, Lea, Flood, "Fast Splittable
  // Pseudorandom Number Generators", OOPSLA 2014.
  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  // A number below `bound`, which is not 0.
  std::uint32_t Below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((Next() >> 32) * bound >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_RANDOM_H_
