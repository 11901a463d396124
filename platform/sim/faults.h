// What goes wrong in a simulation: in its network, and with the calls of its
// programs.
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
//   // Each third receive on the server gets one byte.
//   sim::CallMatch receives;
//   receives.call = fault::Call::kRecv;
//   receives.host = server;
//   faults.OnCalls(receives, sim::CallFault::Cut(1), sim::When::Every(3))
//       .Keep();

#ifndef MORTISE_PLATFORM_SIM_FAULTS_H_
#define MORTISE_PLATFORM_SIM_FAULTS_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "mortise/platform/sim/call_match.h"  // IWYU pragma: export
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/packet_match.h"
#include "mortise/platform/sim/rule.h"
#include "mortise/platform/sim/when.h"

namespace mortise {
namespace fault {
class Rules;
}  // namespace fault

namespace sim {

class Entrance;
class Fabric;
class RuleBook;
class Signals;

// Makes rules for packets and for calls. A rule is in force from its making
// until its Rule is destroyed, or for as long as the simulation lasts after
// `std::move(rule).Keep()`.
//
// Rules are asked in the order of their making, and the first one that does not
// let a packet or a call pass decides. Random decisions of a rule depend on the
// seed, on what the rule says and on how many packets or calls it has matched,
// and not on other rules: two runs that differ in one rule have the same
// decisions of the others, for the packets that are the same. So When::OneIn
// counts a packet also if an earlier rule has decided about it. The others of
// When count only what is left to the rule. Rules that say the same except for
// `only` and their time are told apart by their order, or by When::Keyed.
//
// An argument that makes no sense, such as an unknown host, ends the process
// with a message.
//
// Thread-safe. A function that is part of a rule is called within calls of
// sockets, by one thread at a time.
class Faults {
 public:
  // `fabric` and `entrance` must outlive it. It must outlive every Rule that is
  // not kept.
  Faults(std::uint64_t seed, Fabric& fabric, Entrance& entrance);
  ~Faults();
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

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

  // Does `fault` to the calls that `which` matches, in the cases that `when`
  // names. The rule is hit by each call to which it is done.
  // mortise/platform/fault/call_faults.h says how rules about calls are asked,
  // and which calls can have which fault; arguments that its Check refuses end
  // the process with a message. The clock is that of the simulation, and the
  // time of CallFault::Take is virtual.
  //
  // A call that is hit is a scheduling point, and has a line in the trace. A
  // call that is not hit takes its turns as if there were no rule.
  Rule OnCalls(CallMatch which, const CallFault& fault,
               const When& when = When::Once());

  // Each `period` a signal arrives at every thread that waits on `host` in a
  // call of a socket, a poll set, or a sleep of the platform. Such a call fails
  // with EINTR, or returns what it has sent or received until then, as a system
  // call does if the handler has no SA_RESTART. What the library promises
  // holds: its calls go on with the rest of their timeout. Look-ups, locks and
  // sim::Clock are not interrupted. The rule is hit by each call that is.
  //
  // The first signal comes after one period, which is positive and finite. The
  // signals stop for good after 100 between which nothing else was going to
  // happen in the run, so that a deadlock is found. Only a simulation has it:
  // ends the process with a message otherwise.
  Rule Interrupt(HostId host, absl::Duration period);

 private:
  friend class Simulation;
  // What the calls of the hosts ask.
  fault::Rules& call_rules() { return *call_rules_; }

  Fabric& fabric_;
  Entrance& entrance_;
  const std::unique_ptr<RuleBook> book_;
  const std::unique_ptr<fault::Rules> call_rules_;
  // nullptr without a simulation, as in tests of networks.
  Signals* signals_ = nullptr;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_FAULTS_H_
