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
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/kernel/address.h"
#include "mortise/platform/sim/kernel/network.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {

class Entrance;
class Fabric;
class SimulatedHost;

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

  // The host's calls, for programs that name their platform. In the host's own
  // threads nullptr means this one, too. To be used by threads of the run only:
  // a call in another thread ends the process with a message. A destructor
  // after the run does nothing. It must outlive everything that is made with
  // it.
  Platform& platform();

  // Starts a thread of this host, while the simulation runs. To be called by a
  // thread of the run; ends the process otherwise, or if the OS starts no
  // further thread. A scheduling point: the new thread may run at once.
  Thread Start(absl::string_view name, std::function<void()> body);

  // The following change the network of the host at once. To be called before
  // the run, or by threads of the run; ends the process otherwise. They are no
  // scheduling points, and do not block.

  // Turns the interface off or on, as a cable that is pulled. While it is off,
  // packets that arrive there are lost, and none leave through it. It keeps its
  // addresses. An interface that does not exist ends the process with a
  // message.
  void SetUp(absl::string_view interface, bool up);
  // Gives the interface one more address, or takes one away. Sockets keep the
  // address that they have. Returns OK, or:
  //   kNotFound         the host has no such interface, or the interface does
  //                     not have the address that should be removed
  //   kAlreadyExists    a host of the simulation has the address
  //   kInvalidArgument  the prefix is negative or longer than the address
  absl::Status AddAddress(absl::string_view interface,
                          const InterfaceAddress& address);
  absl::Status RemoveAddress(absl::string_view interface, const IpAddress& ip);

 private:
  friend class Simulation;
  // `fabric` and `entrance` must outlive it. The fabric has the host already,
  // and the host is off.
  Host(HostId id, Fabric& fabric, Entrance& entrance,
       std::unique_ptr<SimulatedHost> host);

  absl::Status StatusOf(const char* call, absl::string_view interface,
                        ErrorCode error) const;

  const HostId id_;
  const std::string name_;
  Fabric& fabric_;
  Entrance& entrance_;
  const std::unique_ptr<SimulatedHost> host_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_H_
