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

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {

class Scheduler;
class SimulatedHost;
class Waiting;

struct HostOptions {
  // How many handles may be open at once. Beyond that, calls fail with EMFILE.
  std::size_t most_handles = 1024;
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
// It has the loopback interface only. Files are those of the real machine.
//
// Thread-safe.
class Host {
 public:
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const std::string& name() const { return name_; }

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

 private:
  friend class Simulation;
  Host(absl::string_view name, std::unique_ptr<SimulatedHost> host);

  const std::string name_;
  const std::unique_ptr<SimulatedHost> host_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_H_
