// A set of handles of a simulated host that one thread waits for.

#ifndef MORTISE_PLATFORM_SIM_HOST_POLL_SET_H_
#define MORTISE_PLATFORM_SIM_HOST_POLL_SET_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sim/host/host.h"
#include "mortise/platform/sim/host/interrupt.h"
#include "mortise/platform/sim/host/waiting.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace sim {

// As epoll(7) does it: sockets tell the set when they may have become ready, so
// a wait looks only at these. `host` must outlive it. Thread safety as of
// PollSet.
class SimulatedPollSet final : public PollSet {
 public:
  explicit SimulatedPollSet(const HostRef& host)
      : host_(host), interrupt_(host.waiting) {}
  ~SimulatedPollSet() override;

  SysResult<void> Add(const PollWish& wish) override;
  SysResult<void> Change(const PollWish& wish) override;
  SysResult<void> Remove(NativeHandle handle) override;
  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override;
  void Wake() override;

 private:
  // A handle in the set. It watches the socket, and moves into the list of
  // those that may be ready when the socket tells it.
  class Entry final : public Watcher {
   public:
    Entry(SimulatedPollSet& set, const PollWish& wish, Socket& socket)
        : set_(set), wish_(wish), socket_(&socket) {
      socket.Watch(*this);
    }

    // nullptr once the socket is gone.
    Socket* socket() const { return is_listed() ? socket_ : nullptr; }
    PollWish& wish() { return wish_; }
    // What it is ready for, or kNone.
    PollEvents Look() const;

   private:
    friend class SimulatedPollSet;
    void OnEvents(Events events) override;

    SimulatedPollSet& set_;
    PollWish wish_;
    Socket* const socket_;
    // A one-shot wish that has been reported.
    bool is_paused_ = false;
    bool may_be_ready_ = false;
    std::list<Entry*>::iterator place_;
  };

  void MayBeReady(Entry& entry);
  void Forget(Entry& entry);
  // Fills `ready` from `count` on. Returns the new count.
  std::size_t Collect(absl::Span<PollReady> ready, std::size_t count);
  // The entry of the handle, or nullptr. One whose socket is gone, or is not
  // that of the handle any more, is forgotten.
  Entry* Find(const Call& call, NativeHandle handle);

  const HostRef host_;
  Interrupt interrupt_;
  std::atomic<bool> is_woken_{false};

  // The following are guarded by the lock of the simulation. Each entry has a
  // node of one of the two lists, so that a wait allocates nothing.
  std::map<std::int64_t, Entry> entries_;
  std::list<Entry*> idle_;
  std::list<Entry*> maybe_;
  Waiter* waiter_ = nullptr;
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_HOST_POLL_SET_H_
