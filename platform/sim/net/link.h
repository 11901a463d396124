// One direction of a link: when a packet arrives at its other end, if it does.
//
//   const LinkModel model(options);
//   Link link(streams, identity);
//   const Transit transit = link.Carry(model, size, number, now);
//   for (const Time arrival : transit.arrivals) Schedule(arrival, packet);

#ifndef MORTISE_PLATFORM_SIM_NET_LINK_H_
#define MORTISE_PLATFORM_SIM_NET_LINK_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/schedule/streams.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

// The options of a link, checked, with times in nanoseconds. An option out of
// its range ends the process with a message that names it. A value type; const
// methods are thread-safe.
class LinkModel {
 public:
  explicit LinkModel(const LinkOptions& options);

  // No other model has this number, except for copies. Never 0.
  std::uint64_t number() const { return number_; }
  Time latency_min() const { return latency_min_; }
  // How much of the latency is random, on the average.
  Time latency_spread() const { return latency_spread_; }
  bool has_rate() const { return rate_ != 0; }
  // How long the link takes to send so many bytes. There must be a rate.
  Time TimeToSend(std::uint64_t bytes) const;
  // How long a packet waits at the most until the link is free and has sent it.
  Time longest_wait() const { return longest_wait_; }
  const Ratio& loss() const { return loss_; }
  const Ratio& duplication() const { return duplication_; }
  const Ratio& reordering() const { return reordering_; }
  Time reordering_delay() const { return reordering_delay_; }
  std::uint32_t mtu() const { return mtu_; }
  int routers() const { return routers_; }

  // Whether packets above the MTU may travel in one piece, because nobody can
  // tell the difference.
  bool takes_large_segments() const {
    return !has_rate() && loss_.times == 0 && reordering_.times == 0;
  }

 private:
  std::uint64_t number_;
  Time latency_min_;
  Time latency_spread_;
  std::uint64_t rate_;
  Time longest_wait_;
  Ratio loss_;
  Ratio duplication_;
  Ratio reordering_;
  Time reordering_delay_;
  std::uint32_t mtu_;
  int routers_;
};

// A packet as links see it: how many bytes it has with its IP header, and the
// largest one that its sender's interface sends.
struct PacketSize {
  std::size_t bytes = 0;
  bool is_v4 = true;
  std::uint32_t interface_mtu = 65536;
};

// What becomes of a packet on a link.
struct Transit {
  enum class Loss : std::uint8_t {
    kNone,
    kLost,       // by the chance of the link
    kQueueFull,  // it found no room
  };

  Loss loss = Loss::kNone;
  // When its copies arrive: none if it is lost, and otherwise one or two.
  absl::InlinedVector<Time, 2> arrivals;
};

// What one direction of a link remembers of the packets before. Each decision
// has random numbers of its own, keyed by `identity` and by the number of the
// packet.
//
// Thread-compatible. Nothing blocks.
class Link {
 public:
  Link(const Streams& streams, std::uint64_t identity)
      : streams_(streams), identity_(identity) {}

  // Takes a packet at `now`, which is never earlier than before. No two packets
  // have the same number. After packets with another model, the link begins
  // anew: it is free, and later packets may arrive before earlier ones.
  Transit Carry(const LinkModel& model, const PacketSize& size,
                std::uint64_t number, Time now);

 private:
  Time Latency(const LinkModel& model, What what, std::uint64_t number) const;

  Streams streams_;
  std::uint64_t identity_;
  std::uint64_t model_number_ = 0;
  Time free_at_ = 0;
  Time last_arrival_ = 0;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_NET_LINK_H_
