// A simulated host as a Platform.
//
//   sim::OpenMode mode;
//   sim::SimulatedHost host(mode, {});
//   auto socket = Socket::Create(kAfInet, kSockStream, 0, &host.platform());

#ifndef MORTISE_PLATFORM_SIM_HOST_PLATFORM_H_
#define MORTISE_PLATFORM_SIM_HOST_PLATFORM_H_

#include <string>

#include "absl/strings/string_view.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_table.h"
#include "mortise/platform/sim/host/clock.h"
#include "mortise/platform/sim/host/errors.h"
#include "mortise/platform/sim/host/files.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/interfaces.h"
#include "mortise/platform/sim/host/machine.h"
#include "mortise/platform/sim/host/names.h"
#include "mortise/platform/sim/host/readiness.h"
#include "mortise/platform/sim/host/services.h"
#include "mortise/platform/sim/host/sockets.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/net/name_server.h"

namespace mortise {
namespace sim {

struct SimulatedHostOptions {
  std::string name = "host";
  // `errors` and `caller` are those of the host, whatever they are set to.
  KernelOptions kernel;
  // Who knows the names of other hosts. May be nullptr: then nobody does. Must
  // outlive the host.
  NameServer* name_server = nullptr;
};

// One host with the manners of Linux, and the parts of a Platform on it.
//
// `waiting` must outlive it. It must outlive everything that was made with its
// platform. Thread-safe.
class SimulatedHost {
 public:
  SimulatedHost(Waiting& waiting, const SimulatedHostOptions& options);
  SimulatedHost(const SimulatedHost&) = delete;
  SimulatedHost& operator=(const SimulatedHost&) = delete;

  Platform& platform() { return platform_; }

  const HostRef& ref() const { return host_; }

  // For the network between hosts, and for what happens to the host. The lock
  // of the simulation guards both.
  Machine& machine() { return machine_; }
  Kernel& kernel() { return machine_.kernel(); }

  // Makes a directory for the paths of AF_UNIX.
  void AddDirectory(absl::string_view path);

 private:
  static KernelOptions Completed(const KernelOptions& options,
                                 const ErrorTable& errors, Waiting& waiting);
  static SystemFacts Facts(const ErrorTable& errors);

  const ErrorTable errors_table_;
  Machine machine_;
  const HostRef host_;
  Sockets sockets_;
  Readiness readiness_;
  HostClock clock_;
  Services services_;
  HostNames names_;
  Interfaces interfaces_;
  Files files_;
  Errors errors_;
  Platform platform_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_PLATFORM_H_
