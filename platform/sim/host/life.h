// The life of a host: what its programs are, and how they end and begin again.

#ifndef MORTISE_PLATFORM_SIM_HOST_LIFE_H_
#define MORTISE_PLATFORM_SIM_HOST_LIFE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/sim/death.h"
#include "mortise/platform/sim/host/machine.h"
#include "mortise/platform/sim/host/virtual_mode.h"
#include "mortise/platform/sim/host_id.h"
#include "mortise/platform/sim/net/fabric.h"
#include "mortise/platform/sim/schedule/scheduler.h"
#include "mortise/platform/sim/schedule/thread_group.h"
#include "mortise/platform/sim/thread.h"

namespace mortise {
namespace sim {

class LocalClock;

// What a life has to do with. All of it must outlive the life.
struct LifeParts {
  HostId id;
  Scheduler& scheduler;
  VirtualMode& mode;
  Fabric& fabric;
  Machine& machine;
  // What nullptr means in the threads of the host.
  Platform& platform;
  // What its threads and its kernels take for the time.
  std::shared_ptr<LocalClock> clock;
};

// The functions are those of Host with the same names, and have the same
// conditions.
//
// Thread safety: threads of the run may call everything, and before the run the
// thread that has made the simulation.
class HostLife {
 public:
  explicit HostLife(const LifeParts& parts);

  // The host's threads.
  const std::shared_ptr<ThreadGroup>& group() const { return group_; }
  bool is_up() const { return parts_.machine.is_up(); }

  Thread Start(absl::string_view name, std::function<void()> body);
  void OnBoot(std::function<void()> body);
  void Crash(Death how);
  void Restart();
  void Pause(absl::Duration time);
  void SetSkew(absl::Duration by);
  void SetDrift(int parts_per_million);

  // Starts the functions of OnBoot, unless they have been started in this life
  // or the host is down. To be called by a thread of the run. A scheduling
  // point.
  void Boot();

 private:
  // Whether the calling thread is one of the run.
  bool IsInRun() const;
  void StartBody(const std::function<void()>& body);

  const LifeParts parts_;
  const std::shared_ptr<ThreadGroup> group_;
  std::vector<std::function<void()>> bodies_;
  // Whether the functions of OnBoot have been started in this life.
  bool has_booted_ = false;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_LIFE_H_
