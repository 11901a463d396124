// A network in memory: hosts, their threads and their time, in one process.
//
//   sim::Simulation simulation;
//   sim::Host& host = simulation.AddHost("web");
//   absl::Status status = simulation.Run(host, [&] {
//     sim::Thread server("server", [] { Serve(); });
//     EXPECT_EQ(Fetch("127.0.0.1", 80), "hello");
//   });
//   EXPECT_TRUE(status.ok()) << status;
//
// Programs run unchanged. Their waits take virtual time, which moves only when
// no thread can run, so that an hour passes in no time. Who runs when is
// decided by the seed alone: the same program and the same seed give the same
// run. A failure says which seed it was, and MORTISE_SIM_SEED in the
// environment sets it.
//
// Two variables of the environment show what happens, for every simulation of
// the process. MORTISE_SIM_TRACE names a file for all lines of the trace, and
// MORTISE_SIM_PCAP one for the packets, in the format of Wireshark. A packet
// that a rule has touched has a comment there. The second simulation of the
// process writes to files with ".2" at the end of their names, and so on. A
// file that cannot be written ends the process with a message.
//
// Threads are made with sim::Thread or Host::Start. The rest of what a program
// waits for (absl::Mutex, absl::SleepFor) is simulated if it also depends on
// //platform/sim/hooks, which works on Linux.

#ifndef MORTISE_PLATFORM_SIM_SIMULATION_H_
#define MORTISE_PLATFORM_SIM_SIMULATION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mortise/platform/sim/clock.h"
#include "mortise/platform/sim/faults.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/link_options.h"
#include "mortise/platform/sim/names.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/options.h"

namespace mortise {
namespace sim {

class Fabric;
class PacketTrace;
class Recording;
class Scheduler;
class Signals;
class TapList;
class VirtualMode;

// Returns the number in the environment variable MORTISE_SIM_SEED, or 1 if
// there is no such variable. Ends the process with a message if it is no number
// of 64 bits.
std::uint64_t SeedFromEnvironment();

// The order of turns, what calls cost, the wall clock at the start, the budgets
// of the run and where its trace goes: see SchedulerOptions.
struct SimulationOptions : SchedulerOptions {
  SimulationOptions() { seed = SeedFromEnvironment(); }

  // Whether Run fails if there are leaks(). Then sockets must not outlive it.
  bool require_no_leaks = false;
};

// One run, and the hosts in it.
//
// Thread safety: the thread that makes the simulation adds hosts before the
// run. In the run its threads may call everything but Run. Afterwards the first
// thread may ask for what has happened.
class Simulation {
 public:
  explicit Simulation(const SimulationOptions& options = SimulationOptions());
  // Everything that was made with the hosts must be gone.
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  // Adds a host, which belongs to the simulation. `name` is also the host's own
  // name, which gethostname tells, and by which all hosts find its addresses:
  // see Names. Options that make no sense end the process with a message. Does
  // not block.
  Host& AddHost(absl::string_view name, const HostOptions& options = {});

  // Sets the link between two hosts, in both directions, for packets that are
  // sent from now on. `a` and `b` may be the same host, whose loopback it is
  // then, or `names().server()`. Options out of their range end the process
  // with a message. To be called before the run, or by threads of the run; ends
  // the process otherwise. No scheduling point, and does not block.
  void SetLink(HostId a, HostId b, const LinkOptions& link);

  // What goes wrong in the network, and with the calls of programs. Rules may
  // be made, asked and ended before the run and after it, and in the run by its
  // threads; none of it is a scheduling point or blocks. Rules that are not
  // kept must end before the simulation.
  Faults& faults() { return *faults_; }

  // The names that hosts look up, and what goes wrong with that.
  Names& names() { return *names_; }

  // Starts what the hosts have in Host::OnBoot, in the order of the hosts. Then
  // runs `main` in the calling thread, which is the first thread of `host`, and
  // blocks until it has returned. Every call of the other threads then fails
  // with ECANCELED. They may clean up; a thread that goes on with more than
  // 1,000 calls never has a turn again. May be called once.
  //
  // The default timeout (mortise/core/default_timeout.h) is one per process, so
  // all hosts share it. It is restored when the run ends.
  //
  // The text of a failure has the seed, the digest, and how to run it again.
  // Returns OK if the run has ended that way, or:
  //   kAborted             deadlock: each thread waits, and nothing will ever
  //                        happen. The text says what each of them waits for
  //   kResourceExhausted   one of the budgets was used up
  //   kFailedPrecondition  something was left to chance, which the options
  //                        forbid; or sockets are left, if the options forbid
  //                        that; or the simulation has been run before; or
  //                        the calling thread is part of a run; or the host is
  //                        of another simulation, or has crashed
  //   kInternal            the hooks have no effect
  absl::Status Run(Host& host, absl::FunctionRef<void()> main);

  // Virtual time, for programs that take a clock. Host::clock() is what a host
  // takes for the time.
  Clock& clock() { return clock_; }
  // The program's own random numbers, which depend on the seed. For the threads
  // of the run, which take turns. A thread that has waited for something real
  // needs a simulated call before it uses them.
  Random& random() { return random_; }

  // The seed of the run.
  std::uint64_t seed() const { return seed_; }
  // A hash of the trace: every call with its handle, address, result and time,
  // and every packet between hosts that arrives, is lost or is hit by a rule.
  // Runs with different digests were different. What was sent is not in the
  // trace, so the same digest does not say that it was the same.
  std::uint64_t digest() const;
  // Returns Host::Netstat of each host, in the order of their creation. It is
  // also a part of the report of a deadlock. The same restrictions.
  std::string Netstat() const;
  // Returns a line for each socket that is open although the thread that made
  // it has ended: its host, addresses, state, and the thread. Threads that the
  // run has left behind keep what they have. What a host had that has crashed
  // is no leak. For use after the run.
  std::vector<std::string> leaks() const;
  // What the seed did not decide, such as when a thread came back that had
  // waited for something real. A run with an empty list can be repeated.
  std::vector<std::string> left_to_chance() const;

 private:
  // The same as Netstat, for a caller that has the lock of the simulation.
  std::string NetstatLocked() const;

  const std::uint64_t seed_;
  const absl::Time epoch_;
  const bool require_no_leaks_;
  const std::unique_ptr<Recording> recording_;
  const std::shared_ptr<Scheduler> scheduler_;
  // The network, what it adds to the trace, and its users, in this order.
  const std::unique_ptr<Fabric> fabric_;
  const std::unique_ptr<PacketTrace> packet_trace_;
  const std::unique_ptr<TapList> taps_;
  const std::unique_ptr<VirtualMode> mode_;
  const std::unique_ptr<Signals> signals_;
  const std::unique_ptr<Faults> faults_;
  const std::unique_ptr<Names> names_;
  Clock clock_;
  Random random_;
  std::vector<std::unique_ptr<Host>> hosts_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_SIMULATION_H_
