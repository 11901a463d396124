// What a link between two simulated hosts is like.
//
//   sim::LinkOptions mobile;
//   mobile.latency_min = absl::Milliseconds(30);
//   mobile.latency_mean = absl::Milliseconds(80);
//   mobile.loss = {1, 100};
//   mobile.rate = 250 * 1000;  // 2 Mbit/s

#ifndef MORTISE_PLATFORM_SIM_LINK_OPTIONS_H_
#define MORTISE_PLATFORM_SIM_LINK_OPTIONS_H_

#include <cstdint>

#include "absl/time/time.h"

namespace mortise {
namespace sim {

// A chance: in `times` of `of` cases. It is a ratio, because floating point
// rounds differently on different machines. `times` is at most `of`, and `of`
// is not 0.
struct Ratio {
  std::uint64_t times = 0;
  std::uint64_t of = 1;
};

// One direction of a link. The default is a quiet local network.
//
// Packets arrive in the order in which they were sent, except as `reordering`
// says. A packet above the MTU travels in fragments, each of which may be lost;
// the packet arrives if all of them do. TCP keeps its segments below the MTU,
// except that a link without loss, rate and reordering takes segments of up to
// 64 KiB, as network cards do, which costs less.
struct LinkOptions {
  // How long a packet travels: at least `latency_min`, and `latency_mean` on
  // the average. What is above the minimum is distributed exponentially.
  // 0 <= latency_min <= latency_mean.
  absl::Duration latency_min = absl::Microseconds(500);
  absl::Duration latency_mean = absl::Microseconds(500);

  // How many bytes of packets, with their IP headers, the link takes in a
  // second. 0 means any number.
  std::int64_t rate = 0;
  // How many bytes may wait for that. A packet that finds no room is lost. A
  // packet that need not wait is always taken.
  std::int64_t queue = 256 * 1024;

  // The chance that a packet, or a fragment, is lost on the way.
  Ratio loss;
  // The chance that a packet arrives twice.
  Ratio duplication;
  // The chance that a packet is held back on the way, so that others overtake
  // it, and for how long on the average. `reordering_delay` is positive.
  Ratio reordering;
  absl::Duration reordering_delay = absl::Milliseconds(1);

  // The largest packet in bytes, with its IP header, that is not cut into
  // fragments: 68 to 65536. An interface may have a smaller one.
  std::uint32_t mtu = 1500;
  // How many routers there are on the way. Each takes 1 from the hop limit, and
  // reports a packet that has none left. 0 to 255.
  int routers = 0;
};

// The link of a host to itself.
inline LinkOptions LoopbackLink() {
  LinkOptions link;
  link.latency_min = absl::Microseconds(10);
  link.latency_mean = absl::Microseconds(10);
  link.mtu = 65536;
  return link;
}

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_LINK_OPTIONS_H_
