// The kernel of one simulated host: its sockets, and what they do.
//
//   kernel.AdvanceTo(now);
//   kernel.handles().Find(handle)->socket().Send(message, 0);
//   // The packets are in the outbox now, and kernel.next_timer() says when the
//   // kernel has to be called again.
//
// A kernel has no threads and no clock. Whoever calls it says what time it is,
// carries its packets, and wakes those who watch its sockets.

#ifndef MORTISE_PLATFORM_SIM_KERNEL_KERNEL_H_
#define MORTISE_PLATFORM_SIM_KERNEL_KERNEL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/sim/kernel/handles.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/kernel/outbox.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/kernel/ports.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/socket.h"
#include "mortise/platform/sim/kernel/tcp_table.h"
#include "mortise/platform/sim/kernel/timers.h"
#include "mortise/platform/sim/kernel/unix_names.h"
#include "mortise/platform/sim/random.h"
#include "mortise/platform/sim/schedule/local_clock.h"
#include "mortise/platform/sim/time.h"

namespace mortise {
namespace sim {

struct KernelOptions {
  std::uint64_t seed = 1;
  // The numbers that programs see. Must outlive the kernel. Not nullptr.
  const ErrorTable* errors = nullptr;
  std::size_t most_handles = 1024;
  std::int64_t first_handle = Handles::kFirst;
  // Interfaces beside "lo".
  std::vector<Interface> interfaces;
  PortRange port_range;
  // Lower ports are refused with kEacces. 0 refuses none.
  std::uint16_t first_free_port = 0;
  // What the host takes for the time. nullptr: the virtual time.
  std::shared_ptr<const LocalClock> clock;
  // How long the address of a connection lingers.
  Time time_wait = 60 * kSecond;
  // What the wall clock shows at time 0: 2026-01-01 UTC.
  absl::Time epoch = absl::FromUnixSeconds(1767225600);
  // Who the programs of the host are.
  std::int64_t process_id = 1;
  std::uint32_t user_id = 1000;
  std::uint32_t group_id = 1000;
  // The directories in which a socket of AF_UNIX may be bound, beside those
  // that UnixNames::AddDirectory makes. If it is empty, all directories exist.
  UnixNames::IsDirectory is_directory;
  // Returns the name of the thread that calls the kernel. If it is empty, files
  // have no owners.
  std::function<std::string()> caller;
};

// `outbox` must outlive it.
//
// Thread safety: none; the lock of the simulation guards it. Nothing blocks.
class Kernel {
 public:
  Kernel(const KernelOptions& options, Outbox& outbox);
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  // Ends all sockets without a word, and sends nothing any more. The kernel is
  // only there for those who still refer to it.
  void PowerOff();

  // Makes it the virtual time `now`, which is never earlier than before, and
  // runs the timers that are due.
  void AdvanceTo(Time now);
  // What time it is for the host: all its timers and timeouts count as its
  // clock does.
  Time now() const { return now_; }
  // The virtual time: that of AdvanceTo, or of the timer that is running.
  Time true_now() const { return true_now_; }
  // What the wall clock shows, since its moment 0 of the run.
  Time wall_time() const {
    return clock() == nullptr ? now_ : now_ + clock()->skew();
  }
  // The virtual time when the next timer is due, or kNever.
  Time next_timer() const {
    return clock() == nullptr ? timers_.next()
                              : clock()->TrueTime(timers_.next());
  }
  const LocalClock* clock() const { return options_.clock.get(); }

  // Takes a packet that has arrived at this host.
  void Deliver(const Packet& packet);

  // Makes a socket, and a handle of it.
  Result<std::int64_t> NewSocket(int family, int type, int protocol);
  // Makes two sockets that are connected to each other.
  Result<std::pair<std::int64_t, std::int64_t>> NewPair(int family, int type,
                                                        int protocol);
  // Gives a socket that was accepted its handle.
  Result<std::int64_t> NewHandle(std::shared_ptr<Socket> socket);

  Handles& handles() { return handles_; }
  const Handles& handles() const { return handles_; }
  const Network& network() const { return network_; }
  // For the network between hosts, which has to know of each change.
  Network& mutable_network() { return network_; }
  const KernelOptions& options() const { return options_; }
  std::uint16_t first_free_port() const { return options_.first_free_port; }
  int NativeError(ErrorCode code) const;

  // --- For sockets -----------------------------------------------------------

  std::uint64_t NextIdentity() { return ++identities_; }
  Random& random() { return random_; }
  Timers& timers() { return timers_; }
  TcpTable& tcp() { return tcp_; }
  const TcpTable& tcp() const { return tcp_; }
  Ports& udp_ports() { return udp_ports_; }
  UnixNames& unix_names() { return unix_names_; }

  // Puts `packet` into the outbox. A packet that has no way is lost.
  void Transmit(Packet packet);
  // What the way to `to` carries.
  PathLimits LimitsTo(const IpAddress& to) const {
    return is_off_ ? PathLimits() : outbox_.LimitsTo(*this, to);
  }

 private:
  std::shared_ptr<Socket> MakeSocket(int family, int type, int protocol,
                                     ErrorCode* error);

  const KernelOptions options_;
  Outbox& outbox_;
  bool is_off_ = false;
  Time now_ = 0;
  Time true_now_ = 0;
  std::uint64_t identities_ = 0;
  Random random_;
  // Timers, ports and tables come before what uses them.
  Timers timers_;
  Network network_;
  Ports udp_ports_;
  TcpTable tcp_;
  UnixNames unix_names_;
  Handles handles_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_KERNEL_KERNEL_H_
