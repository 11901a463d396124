// Two hosts of a simulation, one of which may crash.

#ifndef MORTISE_TESTS_PLATFORM_SIM_LIFE_LAB_H_
#define MORTISE_TESTS_PLATFORM_SIM_LIFE_LAB_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mortise/core/socket.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/host.h"
#include "mortise/platform/sim/simulation.h"

namespace mortise {
namespace sim {

inline constexpr int kLifePort = 5432;
// What each way between the hosts takes.
inline constexpr absl::Duration kOneWay = absl::Microseconds(800);

ErrorCode CodeOf(const absl::Status& status);

// Both make their socket on `platform`, or on the thread's host.
Socket MustListen(Platform* platform = nullptr);
Socket MustConnect(Platform* platform = nullptr);

// "app", which the run begins on, and "db".
class LifeLab {
 public:
  explicit LifeLab(const SimulationOptions& options = SimulationOptions());

  Simulation& simulation() { return simulation_; }
  Host& app() { return app_; }
  Host& db() { return db_; }
  void Sleep(absl::Duration time) { simulation_.clock().Sleep(time); }
  // The time since the start of the run.
  absl::Duration Now() { return app_.platform().clock().Now(); }

  // Runs `main` on "app". The run is expected to end well.
  void Run(const std::function<void()>& main);

  // Accepts clients for ever, and keeps the connections.
  static void AcceptForEver();
  // Answers what its clients send, one after the other.
  static void Echo();

 private:
  Simulation simulation_;
  Host& app_;
  Host& db_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_SIM_LIFE_LAB_H_
