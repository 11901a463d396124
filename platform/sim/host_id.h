// Which host of a simulation is meant.

#ifndef MORTISE_PLATFORM_SIM_HOST_ID_H_
#define MORTISE_PLATFORM_SIM_HOST_ID_H_

#include <cstdint>
#include <utility>

namespace mortise {
namespace sim {

// The number of a host. Hosts are numbered from 1 in the order of creation, and
// keep their numbers when they crash and are restarted.
//
// A value type; const methods are thread-safe.
class HostId {
 public:
  // Names no host.
  constexpr HostId() = default;
  explicit constexpr HostId(std::uint32_t number) : number_(number) {}

  constexpr std::uint32_t number() const { return number_; }

  friend constexpr bool operator==(HostId a, HostId b) {
    return a.number_ == b.number_;
  }
  friend constexpr bool operator!=(HostId a, HostId b) { return !(a == b); }
  friend constexpr bool operator<(HostId a, HostId b) {
    return a.number_ < b.number_;
  }
  template <typename H>
  friend H AbslHashValue(H state, HostId id) {
    return H::combine(std::move(state), id.number_);
  }

 private:
  std::uint32_t number_ = 0;
};

// The name server, which has links as a host has. It has no threads and no
// sockets, and is never off. See mortise/platform/sim/names.h.
inline constexpr HostId kNameServer(0xffffffff);

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_ID_H_
