// Open mode: real threads of any kind call simulated hosts, and virtual time is
// the real time since the start.
//
// Runs cannot be repeated exactly. Open mode is for what the scheduler cannot
// run: the contract suite as it stands, ThreadSanitizer, and programs whose
// threads it does not know.

#ifndef MORTISE_PLATFORM_SIM_HOST_OPEN_MODE_H_
#define MORTISE_PLATFORM_SIM_HOST_OPEN_MODE_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/kernel.h"
#include "mortise/platform/sim/kernel/outbox.h"
#include "mortise/platform/sim/kernel/packet.h"
#include "mortise/platform/sim/time.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace sim {

// One lock for all, and a thread of its own, the driver, which runs timers at
// their time and looks at interrupts. Packets that leave by the loopback
// interface arrive at once; all others are lost, since there is no network
// between hosts in this mode.
//
// Thread safety: all methods are thread-safe. A signal handler may be in
// LookAtInterrupts. The destructor waits for the driver.
class OpenMode final : public Waiting, private Outbox {
 public:
  OpenMode();
  ~OpenMode() override;

  bool Begin(const CallInfo& call) override;
  void End(Kernel& kernel) override;
  bool Wait(Kernel& kernel, const CallInfo& call, Waiter& waiter,
            Time deadline) override;
  Time Now() override;
  void LookAtInterrupts() override;
  Outbox& outbox() override { return *this; }
  void AddKernel(Kernel& kernel) override;
  void RemoveKernel(Kernel& kernel) override;

 private:
  struct Arrival {
    Kernel* to = nullptr;
    Packet packet;
  };
  // A thread that waits.
  struct Sleeper {
    Waiter* waiter = nullptr;
    std::condition_variable* wake = nullptr;
  };

  void Send(Kernel& sender, std::uint32_t interface, Packet packet) override;
  void WakeThread(Waiter& waiter) override;

  // Delivers what has been sent, and sees to it that the driver wakes in time.
  void Settle();
  void Drive();
  Time NextTimer() const;

  const absl::Duration start_;
  std::mutex mutex_;
  // The following are guarded by mutex_.
  std::vector<Kernel*> kernels_;
  std::deque<Arrival> arrivals_;
  std::list<Sleeper> sleepers_;
  // When the driver wakes by itself.
  Time driver_wakes_at_ = kNever;
  bool is_over_ = false;

  // Wakes the driver. It is of the operating system, whose interrupts a signal
  // handler may set.
  std::unique_ptr<WaitInterrupt> wake_driver_;
  std::thread driver_;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_OPEN_MODE_H_
