// The waits of this process that the shutdown of their socket has to wake,
// because the system does not.
//
//   RegisteredWait wait;
//   if (!wait.Begin(platform.waits(), platform.readiness(), socket)) ...
//   // Try the call once more: the shutdown may have come before Begin.
//   platform.readiness().WaitInterruptibly(targets, wait.interrupts(),
//   timeout);
//
// In another thread:
//
//   shutdown(socket);
//   platform.waits().Wake(socket);

#ifndef MORTISE_PLATFORM_WAIT_REGISTRY_H_
#define MORTISE_PLATFORM_WAIT_REGISTRY_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "mortise/platform/interrupt_pool.h"
#include "mortise/platform/readiness_calls.h"
#include "mortise/platform/wait_interrupt.h"

namespace mortise {

// Thread safety: any thread may use it at any time. Nothing here locks, so a
// forked child may use it whatever the threads of its parent were doing. The
// child neither wakes nor disturbs the waits of its parent.
// No method blocks.
class WaitRegistry {
 public:
  // `interrupts` must outlive the registry.
  explicit WaitRegistry(InterruptPool& interrupts) : interrupts_(interrupts) {}
  ~WaitRegistry();
  WaitRegistry(const WaitRegistry&) = delete;
  WaitRegistry& operator=(const WaitRegistry&) = delete;

  // Sets the interrupts of all waits for `socket`, a number as
  // SocketCalls::Identity returns. Whatever the caller did before, the tries
  // see that these waits make afterwards.
  void Wake(std::uint64_t socket);

  // How often Wake has been called. A call that would wait, and that was tried
  // when this was another number, is to be tried again after Begin.
  std::uint32_t wakes() const { return wakes_.load(std::memory_order_acquire); }

 private:
  friend class RegisteredWait;

  struct Entry;
  struct Bucket {
    std::atomic<Entry*> first{nullptr};
    std::atomic<std::uint32_t> order{0};
  };
  static constexpr std::size_t kBuckets = 64;

  Bucket& BucketOf(std::uint64_t socket) { return buckets_[socket % kBuckets]; }
  // nullptr if there is no interrupt.
  Entry* Enter(ReadinessCalls& readiness, std::uint64_t socket);
  void Leave(Entry* entry);
  void Free(Entry* entry);

  InterruptPool& interrupts_;
  std::atomic<std::uint32_t> wakes_{0};
  // Entries are never taken out, but used again.
  std::array<Bucket, kBuckets> buckets_;
};

// One wait, or several in a row for the same socket. It is in the registry from
// Begin to its destruction. For one thread.
class RegisteredWait {
 public:
  RegisteredWait() = default;
  ~RegisteredWait() {
    if (entry_ != nullptr) registry_->Leave(entry_);
  }
  RegisteredWait(const RegisteredWait&) = delete;
  RegisteredWait& operator=(const RegisteredWait&) = delete;

  // Enters the registry, which must outlive this object. Returns false if that
  // takes a descriptor and there is none: then nothing has been done.
  bool Begin(WaitRegistry& registry, ReadinessCalls& readiness,
             std::uint64_t socket);
  bool has_begun() const { return entry_ != nullptr; }

  // What to wait with: the wait's interrupt, or nothing before Begin.
  absl::Span<WaitInterrupt* const> interrupts() const {
    return absl::MakeConstSpan(&interrupt_, has_begun() ? 1 : 0);
  }

  // Whether Wake has been called since the last time. The call is to be tried
  // again after this.
  bool TakeWake();

 private:
  WaitRegistry* registry_ = nullptr;
  WaitRegistry::Entry* entry_ = nullptr;
  WaitInterrupt* interrupt_ = nullptr;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_WAIT_REGISTRY_H_
