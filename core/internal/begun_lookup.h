// A look-up of addresses that runs beside its caller.
//
//   BegunLookup lookup(platform, query, limit);
//   lookup.Wake(interrupt);
//   while (!lookup.done()) {
//     platform.readiness().WaitInterruptibly(targets, {interrupt}, timeout);
//     interrupt->Clear();
//   }
//   lookup.Wake(nullptr);
//   FoundAddresses found = lookup.Take();

#ifndef MORTISE_CORE_INTERNAL_BEGUN_LOOKUP_H_
#define MORTISE_CORE_INTERNAL_BEGUN_LOOKUP_H_

#include <atomic>
#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {
namespace internal {

// Thread safety: one thread uses it. No method blocks, except that the thread
// that has found the answer may be in the middle of the call of WhenDone.
// Ownership: `platform` must outlive it.
class BegunLookup {
 public:
  BegunLookup(const Platform& platform, const AddrInfoQuery& query,
              const CallLimit& limit);
  // Gives the look-up up. From then on, it calls and wakes nothing.
  ~BegunLookup();
  BegunLookup(const BegunLookup&) = delete;
  BegunLookup& operator=(const BegunLookup&) = delete;

  // Whether there is an answer. Any thread may ask.
  bool done() const { return state_->done.load(std::memory_order_acquire); }

  // False in a forked child of the process that began the look-up. The answer
  // never comes there, unless it came before.
  bool IsOfThisProcess() const { return maker_.IsOfThisProcess(); }

  // Calls `call` once when there is an answer, in another thread, or at once if
  // there is one. It takes the place of an earlier one that has not been
  // called; nullptr is none.
  void WhenDone(std::function<void()> call);

  // Sets `interrupt` when there is an answer, or at once if there is one. It
  // takes the place of an earlier one, which is not used after the return;
  // nullptr is none.
  void Wake(WaitInterrupt* interrupt);

  // Returns the answer. For one call, once it is done.
  FoundAddresses Take() { return pending_->Take(); }

 private:
  // The thread that finds the answer shares this, because it may need it last.
  struct State {
    void Finish();

    std::atomic<bool> done{false};
    absl::Mutex mutex;
    std::function<void()> call ABSL_GUARDED_BY(mutex);
    WaitInterrupt* interrupt ABSL_GUARDED_BY(mutex) = nullptr;
  };

  const ProcessMark maker_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
  std::unique_ptr<PendingLookup> pending_;
};

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_BEGUN_LOOKUP_H_
