// What goes wrong in the network of a simulation.
//
//   // The third datagram to port 53 is lost, and from a minute on one segment
//   // of 100.
//   sim::PacketMatch queries;
//   queries.port = 53;
//   faults.OnPackets(queries, sim::PacketFate::Drop(), sim::When::Nth(3))
//       .Keep();
//   sim::PacketMatch segments;
//   segments.protocol = sim::Transport::kTcp;
//   const sim::Rule lossy =
//       faults.OnPackets(segments, sim::PacketFate::Drop(),
//                        sim::When::OneIn(100).After(absl::Minutes(1)));
//   {
//     const sim::Rule cut = faults.Partition({leader}, {follower, witness});
//     ...
//   }  // The leader can reach the others again.

#ifndef MORTISE_PLATFORM_SIM_FAULTS_H_
#define MORTISE_PLATFORM_SIM_FAULTS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace sim {

class Entrance;
class Fabric;
class RuleBook;

// Makes rules for packets. A rule is in force from its making until its Rule is
// destroyed, or for as long as the simulation lasts after
// `std::move(rule).Keep()`.
//
// Rules are asked in the order of their making, and the first one that does not
// let a packet pass decides. Random decisions of a rule depend on the seed, on
// what the rule says and on how many packets it has matched, and not on other
// rules: two runs that differ in one rule have the same decisions of the
// others, for the packets that are the same. So When::OneIn counts a packet
// also if an earlier rule has decided about it. The others of When count only
// what is left to the rule. Rules that say the same except for `only` and their
// time are told apart by their order, or by When::Keyed.
//
// An argument that makes no sense, such as an unknown host, ends the process
// with a message.
//
// Thread-safe. A function that is part of a rule is called within calls of
// sockets, by one thread at a time.
class PacketFaults {
 public:
  // `fabric` and `entrance` must outlive it. It must outlive every Rule that is
  // not kept.
  PacketFaults(std::uint64_t seed, Fabric& fabric, Entrance& entrance);
  ~PacketFaults();
  PacketFaults(const PacketFaults&) = delete;
  PacketFaults& operator=(const PacketFaults&) = delete;

  // Does `fate` to the packets that `which` matches, in the cases that `when`
  // names. The rule is hit by each packet to which it is done.
  Rule OnPackets(PacketMatch which, PacketFate fate,
                 When when = When::Always());
  // Asks `decide` about each packet about which no earlier rule has decided, in
  // the order in which they are sent. It must neither call the simulation nor
  // wait. The rule is hit by each packet that does not pass.
  Rule OnPackets(std::function<PacketFate(const Packet&)> decide);

  // Loses all packets between a host of `one` and a host of `other`, also those
  // that are on their way already. It is hit by each of them. The sets have no
  // host in common.
  Rule Partition(HostSet one, HostSet other,
                 Direction direction = Direction::kBoth);
  // Holds packets back that arrive at `to` from `from`. When it ends, all of
  // them arrive at once, in the order in which they would have. It is hit by
  // each of them that no rule has held back before.
  Rule Clog(HostId from, HostId to);
  // Replaces the link between two hosts, in both directions, for packets that
  // are sent while it is in force. It is hit by each of them. Of several such
  // rules the first one counts.
  Rule Slow(HostId a, HostId b, const LinkOptions& link);

 private:
  const std::unique_ptr<RuleBook> book_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_FAULTS_H_
