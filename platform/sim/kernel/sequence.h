// Sequence numbers of TCP, which wrap around. Source: RFC 9293, section 3.4.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_SEQUENCE_H_
#define MORTISE_PLATFORM_SIM_KERNEL_SEQUENCE_H_

#include <cstdint>

namespace mortise {
namespace sim {

using Sequence = std::uint32_t;

// How far `a` is behind `b`: negative if `a` comes first.
constexpr std::int32_t Distance(Sequence a, Sequence b) {
  return static_cast<std::int32_t>(a - b);
}
constexpr bool IsBefore(Sequence a, Sequence b) { return Distance(a, b) < 0; }
constexpr bool IsAfter(Sequence a, Sequence b) { return Distance(a, b) > 0; }

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_SEQUENCE_H_
