// A host of a simulation.
//
//   sim::Host& server = simulation.AddHost("db");
//   sim::Thread thread = server.Start("serve", [] { ServeForever(); });

#ifndef MORTISE_PLATFORM_SIM_HOST_H_
#define MORTISE_PLATFORM_SIM_HOST_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/clock.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace fault {
class Rules;
}  // namespace fault

namespace sim {

class Fabric;
class HostLife;
class LocalClock;
class Scheduler;
class SimulatedHost;
class VirtualMode;

struct HostOptions {
  // How many handles may be open at once. Beyond that, calls fail with EMFILE.
  std::size_t most_handles = 1024;
  // The interfaces beside the loopback interface "lo", with names and addresses
  // that no other one has; indices count from 2 on, whatever is set here. If it
  // is empty, the host has "eth0", with the next addresses of 10.0.0.0/8,
  // fd00::/8 and fe80::/64 in the order of creation: the second host has
  // 10.0.0.2, fd00::2 and fe80::2.
  std::vector<Interface> interfaces;
  // What the programs of the host are told about themselves. 0: the host's
  // number, from 1 on, in the order of creation.
  std::int64_t process_id = 0;
  // Binding to a lower port fails with EACCES. 0 refuses none.
  std::uint16_t first_free_port = 0;
  // Says which directories there are for the paths of AF_UNIX. If it is empty,
  // every directory exists.
  std::function<bool(const std::string& path)> is_directory;
};

// A machine with the manners of Linux. It belongs to its Simulation, and lasts
// as long.
//
// All hosts of the simulation reach each other, and know each other by name.
// Files are those of the real machine.
//
// Thread-safe.
class Host {
 public:
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const std::string& name() const { return name_; }
  // Which host this is, where rules and links name hosts: `Partition({a},
  // {b})`.
  HostId id() const { return id_; }
  operator HostId() const { return id_; }  // NOLINT: a host by itself

  // The host's calls, for programs that name their platform. They meet the
  // rules of Simulation::faults(). In the host's own
  // threads nullptr means this one, too. To be used by threads of the run only:
  // a call in another thread ends the process with a message. A destructor
  // after the run does nothing. It must outlive everything that is made with
  // it.
  Platform& platform();

  // Starts a thread of this host, while the simulation runs. To be called by a
  // thread of the run; ends the process otherwise, or if the host is down, or
  // if the OS starts no further thread. A scheduling point: the new thread may
  // run at once.
  Thread Start(absl::string_view name, std::function<void()> body);

  // --- Its life --------------------------------------------------------------
  // To be called before the run, or by threads of the run; ends the process
  // otherwise. In the run these are scheduling points.

  // Adds a function that each life of the host begins with, in a thread of its
  // own: when the run begins, and after each Restart. In the run, and if the
  // host is up, it also starts now. Several functions start in the order in
  // which they were added. `body` may run in several lives at the same time as
  // far as memory is concerned, since the threads of a crashed host never end.
  void OnBoot(std::function<void()> body);

  // The host goes down, in the way that `how` says. Its threads, which are
  // those of Start and OnBoot and all that they have made with sim::Thread,
  // never have a turn again, and nothing on their stacks is destroyed. A lock
  // that one of them holds, or waits for, may stay locked for the other hosts'
  // threads. A thread that waits for something real, or is in a RealWorld, goes
  // on until it comes back. If the caller is a thread of this host, the call
  // does not return.
  //
  // Threads of other hosts may have sockets of this host, which they have made
  // with platform(). All calls on such a socket fail with EBADF from then on,
  // also those that are waiting. To close it is harmless. Until Restart, calls
  // that need no socket, such as socket(2), fail with EHOSTDOWN.
  //
  // A host that is down can lose its power as well; apart from that the call
  // has no effect on a host that is down. The host whose thread is the first
  // one of the run cannot crash: that ends the process with a message.
  void Crash(Death how);

  // The host comes up again, and runs the functions of OnBoot. After kPowerCut
  // its operating system has forgotten everything: no socket is left, TCP
  // answers segments of old connections with RST, AF_UNIX has no paths, and the
  // interfaces are those of HostOptions. After kKilled the operating system is
  // the same one: the addresses of connections may still be in TIME_WAIT, and
  // paths of AF_UNIX are still there. Has no effect if the host is up.
  // platform() stays the same object. Ends the process if another host has got
  // an address of this one since the power cut.
  void Restart();

  // No thread of the host has a turn for `time`, which is 0 or more and finite;
  // other times end the process with a message. It is as if the programs had
  // been stopped: the operating system goes on, takes packets and acknowledges
  // them. Clocks go on, and timeouts that pass meanwhile are seen afterwards. A
  // pause within a pause ends at the later of the two times. If the caller is a
  // thread of this host, it waits, too. Crash ends the pause. For threads of
  // the run only. A thread that waits for something real goes on until it comes
  // back.
  void Pause(absl::Duration time);

  // --- Its clock -------------------------------------------------------------
  // A host counts time with a clock of its own, and shows the time of day with
  // it. Both are right until one of these is called. Everything on the host
  // goes by its own clock: what ClockCalls::Now returns, timeouts and sleeps,
  // the timers of TCP, and with //platform/sim/hooks also absl::Now, the clocks
  // of the C library and the timeouts of locks. Simulation::clock(), rules,
  // links and the trace go by the true time.
  //
  // To be called before the run, or by threads of the run; ends the process
  // otherwise. They are no scheduling points, and do not block. A crash and a
  // restart change nothing.

  // The wall clock shows `by` more than it should, or less if that is negative.
  // The clock steps at once. Timeouts and sleeps do not depend on it, nor does
  // the monotonic clock. At most 36,500 days either way; more ends the process
  // with a message.
  void SetSkew(absl::Duration by);
  // From now on the clocks of the host go too fast by this many parts in a
  // million, or too slowly if it is negative. The monotonic clock neither steps
  // nor runs backwards. Waits that have begun end when the host's clock says
  // so. Between -500,000 and 500,000; more ends the process with a message.
  // Ordinary machines are off by less than 100.
  void SetDrift(int parts_per_million);
  // What the programs of this host take for the time, for those that take a
  // clock. See Simulation::clock for the true time.
  Clock& clock() { return clock_; }

  // --- What one sees ---------------------------------------------------------

  // Returns a table of the host's sockets: protocol, queues, addresses, state,
  // and the thread that made the socket. TCP connections that no handle refers
  // to any more are at its end, without a thread.
  //
  //   db:
  //     Proto  Recv-Q  Send-Q  Local         Remote          State   Owner
  //     tcp    0       128     0.0.0.0:5432  -               LISTEN  main/2
  //     tcp    17      0       10.0.0.2:5432 10.0.0.1:32768  ESTABLISHED
  //
  // To be called before the run, by threads of the run, or after it; ends the
  // process otherwise. No scheduling point, and does not block.
  std::string Netstat() const;

  // --- Its network -----------------------------------------------------------
  // The following change the network of the host at once. To be called before
  // the run, or by threads of the run; ends the process otherwise. They are no
  // scheduling points, and do not block.

  // Turns the interface off or on, as a cable that is pulled. While it is off,
  // packets that arrive there are lost, and none leave through it. It keeps its
  // addresses. An interface that does not exist ends the process with a
  // message. Has no effect while the host has no power.
  void SetUp(absl::string_view interface, bool up);
  // Gives the interface one more address, or takes one away. Sockets keep the
  // address that they have. Returns OK, or:
  //   kNotFound         the host has no such interface, or the interface does
  //                     not have the address that should be removed
  //   kAlreadyExists    a host of the simulation has the address
  //   kInvalidArgument  the prefix is negative or longer than the address
  //   kFailedPrecondition  the host has no power
  absl::Status AddAddress(absl::string_view interface,
                          const InterfaceAddress& address);
  absl::Status RemoveAddress(absl::string_view interface, const IpAddress& ip);

 private:
  friend class Simulation;
  // `scheduler`, `fabric`, `mode` and `rules` must outlive it. The fabric has
  // the host already, and the host is off.
  Host(HostId id, Scheduler& scheduler, Fabric& fabric, VirtualMode& mode,
       fault::Rules& rules, std::shared_ptr<LocalClock> local_clock,
       std::unique_ptr<SimulatedHost> host);

  // The same, for a caller that has the lock of the simulation.
  std::string NetstatLocked() const;

  absl::Status StatusOf(const char* call, absl::string_view interface,
                        ErrorCode error) const;

  const HostId id_;
  const std::string name_;
  Fabric& fabric_;
  VirtualMode& mode_;
  const std::shared_ptr<LocalClock> local_clock_;
  Clock clock_;
  const std::unique_ptr<SimulatedHost> host_;
  // Stands before the platform of `host_`.
  struct Faults;
  const std::unique_ptr<Faults> faults_;
  const std::unique_ptr<HostLife> life_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_H_
