// epoll(7).

#include "mortise/platform/posix/poll_set.h"

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/platform/poll_milliseconds.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/posix/interrupt.h"
#include "mortise/platform/posix/process_number.h"
#include "mortise/platform/posix/system_call.h"
#include "mortise/platform/process_mark.h"
#include "mortise/platform/sys_result.h"

namespace mortise {
namespace posix {
namespace {

// --- What the kernel stores with a descriptor --------------------------------

// The cookie, and in its two lowest bits what was wanted. The kernel reports an
// error or a hang-up without saying what was wanted.
constexpr std::uint64_t kWantedBits = 3;
static_assert(kPollCookieAlignment > kWantedBits);
// A token of the wake descriptor.
constexpr std::uint64_t kWakeData = 0;

epoll_event EventOf(const PollWish& wish) {
  epoll_event event = {};
  // EPOLLRDHUP goes with EPOLLIN only: a program that does not read would
  // otherwise be told of the end again and again.
  if (Has(wish.events, PollEvents::kReadable)) {
    event.events |= EPOLLIN | EPOLLRDHUP;
  }
  if (Has(wish.events, PollEvents::kWritable)) event.events |= EPOLLOUT;
  if (wish.mode == PollMode::kOneShot) event.events |= EPOLLONESHOT;
  event.data.u64 = reinterpret_cast<std::uintptr_t>(wish.cookie) |
                   static_cast<std::uint64_t>(wish.events);
  return event;
}

void* CookieOf(const epoll_event& event) {
  return reinterpret_cast<void*>(
      static_cast<std::uintptr_t>(event.data.u64 & ~kWantedBits));
}

PollEvents EventsOf(const epoll_event& event) {
  // What comes most.
  if (event.events == EPOLLIN) return PollEvents::kReadable;
  PollEvents events = PollEvents::kNone;
  if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) {
    events |= static_cast<PollEvents>(event.data.u64 & kWantedBits);
  }
  if ((event.events & (EPOLLIN | EPOLLRDHUP)) != 0) {
    events |= PollEvents::kReadable;
  }
  if ((event.events & EPOLLOUT) != 0) events |= PollEvents::kWritable;
  if ((event.events & (EPOLLRDHUP | EPOLLHUP)) != 0) {
    events |= PollEvents::kEnded;
  }
  if ((event.events & EPOLLERR) != 0) events |= PollEvents::kFailed;
  return events;
}

// --- Waiting -----------------------------------------------------------------

// What the kernel takes on every machine: not `timespec`, which has 32 bits
// where `long` has.
struct KernelTime {
  std::int64_t seconds;
  std::int64_t nanoseconds;
};

#ifdef SYS_epoll_pwait2
constexpr long kPwait2 = SYS_epoll_pwait2;  // NOLINT: syscall(2)'s type
#else
constexpr long kPwait2 = -1;  // NOLINT: no such call: ENOSYS
#endif

// Waits with epoll_pwait2(2), which counts nanoseconds. Returns false if there
// is no such call: before Linux 5.11, and under qemu-user. The C library may
// lack it where the kernel has it.
bool WaitFinely(int epoll, epoll_event* events, int size,
                absl::Duration timeout, int* count) {
  static std::atomic<bool> is_missing{false};
  if (is_missing.load(std::memory_order_relaxed)) return false;
  const timespec rounded =
      absl::ToTimespec(absl::Ceil(timeout, absl::Nanoseconds(1)));
  const KernelTime time = {rounded.tv_sec, rounded.tv_nsec};
  *count = static_cast<int>(
      syscall(kPwait2, epoll, events, size, &time, nullptr, 0));
  // A filter of system calls that does not know this one may say EPERM.
  if (*count != -1 || (errno != ENOSYS && errno != EPERM)) return true;
  is_missing.store(true, std::memory_order_relaxed);
  return false;
}

int WaitForEvents(int epoll, epoll_event* events, int size,
                  absl::Duration timeout) {
  // What is usual comes first.
  if (timeout == absl::InfiniteDuration()) {
    return epoll_wait(epoll, events, size, -1);
  }
  int count;
  if (timeout > absl::ZeroDuration() &&
      WaitFinely(epoll, events, size, timeout, &count)) {
    return count;
  }
  return epoll_wait(epoll, events, size, PollMilliseconds(timeout));
}

// --- The set -----------------------------------------------------------------

class EpollSet final : public PollSet {
 public:
  // Owns the descriptors.
  EpollSet(int epoll, const WakeDescriptors& wake)
      : epoll_(epoll), wake_(wake) {}
  ~EpollSet() override {
    // A child may have closed them, and have others by their numbers.
    if (!IsOfThisProcess()) return;
    close(epoll_);
    CloseWakeDescriptors(wake_);
  }

  // Makes `Wake` end a wait.
  SysResult<void> WatchWake() {
    epoll_event event = {};
    // Each token counts as new (EPOLLET), so none has to be read.
    event.events = EPOLLIN | EPOLLET;
    event.data.u64 = kWakeData;
    return DoneOrErrno(
        epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_.readable, &event));
  }

  SysResult<void> Add(const PollWish& wish) override {
    return Control(EPOLL_CTL_ADD, wish);
  }
  SysResult<void> Change(const PollWish& wish) override {
    return Control(EPOLL_CTL_MOD, wish);
  }
  SysResult<void> Remove(NativeHandle handle) override {
    if (!IsOfThisProcess()) return {0};
    // Linux before 2.6.9 needs an event.
    epoll_event event = {};
    return DoneOrErrno(epoll_ctl(epoll_, EPOLL_CTL_DEL, Fd(handle), &event));
  }

  SysResult<std::size_t> Wait(absl::Span<PollReady> ready,
                              absl::Duration timeout) override {
    if (!IsOfThisProcess()) return {0, kNotSupportedError};
    epoll_event events[kMostAtOnce];
    const int count = WaitForEvents(
        epoll_, events,
        static_cast<int>(std::min<std::size_t>(ready.size(), kMostAtOnce)),
        timeout);
    if (count == -1) return {0, errno};
    for (int i = 0; i < count; ++i) {
      ready[i] = {CookieOf(events[i]), EventsOf(events[i])};
      // Not before the token has been taken: if `Wake` is called in between,
      // it must find either a token or a flag that tells it to send one.
      if (events[i].data.u64 == kWakeData) {
        ready[i].events = PollEvents::kNone;
        is_woken_.exchange(false, std::memory_order_acq_rel);
      }
    }
    return {static_cast<std::size_t>(count), 0};
  }

  void Wake() override {
    if (!IsOfThisProcess()) return;
    if (!is_woken_.exchange(true, std::memory_order_acq_rel)) SendToken(wake_);
  }

  NativeHandle handle() const override { return NativeHandle(epoll_); }

 private:
  bool IsOfThisProcess() const { return maker_.IsOfThisProcess(); }

  SysResult<void> Control(int operation, const PollWish& wish) {
    // A child has the same set as its parent.
    if (!IsOfThisProcess()) return {kNotSupportedError};
    if (!IsWellFormed(wish)) return {EINVAL};
    epoll_event event = EventOf(wish);
    if (epoll_ctl(epoll_, operation, Fd(wish.handle), &event) == 0) return {0};
    // EPERM: the descriptor is a file.
    return {errno == EPERM ? kNotSupportedError : errno};
  }

  const int epoll_;
  const WakeDescriptors wake_;
  const ProcessMark maker_ = MarkProcess();
  // Whether a token is on its way that no wait has taken.
  std::atomic<bool> is_woken_{false};
};

}  // namespace

SysResult<std::unique_ptr<PollSet>> NewSystemPollSet() {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll == -1) return {nullptr, errno};
  const SysResult<WakeDescriptors> wake = OpenWakeDescriptors();
  if (!wake.ok()) {
    close(epoll);
    return {nullptr, wake.error};
  }
  auto set = std::make_unique<EpollSet>(epoll, wake.value);
  const SysResult<void> watched = set->WatchWake();
  if (!watched.ok()) return {nullptr, watched.error};
  return {std::move(set), 0};
}

}  // namespace posix
}  // namespace mortise
